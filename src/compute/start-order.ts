// [internal] Which task starts after which: two that wait for each other would never be deployed.
import { IConstruct } from 'constructs';

/** The place of one task among the others. */
export class StartOrder {
  private readonly earlier: StartOrder[] = [];

  constructor(private readonly task: IConstruct) {}

  public startAfter(other: StartOrder): void {
    if (other.isAfter(this)) {
      throw new Error(`'${this.task.node.path}' cannot start after '${other.task.node.path}', which starts after it: `
        + "drop one of the two orders, which useService() leaves out by 'startAfter'");
    }
    this.earlier.push(other);
  }

  private isAfter(other: StartOrder): boolean {
    return this === other || this.earlier.some((before) => before.isAfter(other));
  }
}
