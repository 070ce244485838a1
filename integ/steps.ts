// Named steps of a check that runs outside of jest: each is one result, and the last line counts them.

/** Counts what it runs. */
export class Steps {
  private passed = 0;
  private failed = 0;

  /** Whether nothing failed so far. */
  public get allPassed(): boolean {
    return this.failed === 0;
  }

  /** Run a step; when it throws it has failed, and the others go on. */
  public run(name: string, work: () => void): void {
    const start = Date.now();
    try {
      work();
      this.pass(name, start);
    } catch (error) {
      this.fail(name, error);
    }
  }

  /** As `run()`, for a step that does not block. */
  public async runAsync(name: string, work: () => Promise<unknown>): Promise<void> {
    const start = Date.now();
    try {
      await work();
      this.pass(name, start);
    } catch (error) {
      this.fail(name, error);
    }
  }

  /** Say how many passed, and let the process end accordingly. */
  public end(): void {
    console.log(`${this.passed} passed, ${this.failed} failed`);
    process.exitCode = this.failed === 0 ? 0 : 1;
  }

  private pass(name: string, start: number): void {
    this.passed += 1;
    console.log(`ok   ${name} (${((Date.now() - start) / 1000).toFixed(1)} s)`);
  }

  private fail(name: string, error: unknown): void {
    this.failed += 1;
    console.log(`FAIL ${name}: ${(error as Error).message}`);
  }
}

/** Fails when there is something in a list that must be empty. */
export function expectNone(what: string, found: readonly string[]): void {
  if (found.length > 0) throw new Error(`${found.length} ${what}:\n  ${found.join('\n  ')}`);
}
