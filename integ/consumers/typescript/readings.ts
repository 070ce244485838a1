// What a stack's blocks tell about themselves, as outputs: so that all languages are seen to read the same.
import { CfnOutput, Stack } from 'aws-cdk-lib';

/** Writes what was read. */
export class Readings {
  constructor(private readonly stack: Stack) {}

  /** A text. */
  public text(name: string, value: string): void {
    new CfnOutput(this.stack, name, { value });
  }

  /** A whole number. */
  public number(name: string, value: number): void {
    new CfnOutput(this.stack, name, { value: value.toString() });
  }

  /** Yes or no. */
  public truth(name: string, value: boolean): void {
    new CfnOutput(this.stack, name, { value: value ? 'yes' : 'no' });
  }
}
