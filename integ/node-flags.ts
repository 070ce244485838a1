// How a Node.js process is started beside others that keep every core busy.

/** What V8 would do beside the process would take from another, and what tests and programs leave behind is soon of no use. */
export const BESIDE_OTHERS = ['--single-threaded-gc', '--max-semi-space-size=64'];
