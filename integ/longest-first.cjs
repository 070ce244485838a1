// Jest begins with the longest files as it remembers them, and in a new checkout remembers nothing: a core would wait for the other at the end.
const { default: Sequencer } = require('@jest/test-sequencer');

/** What takes half a minute and more. The first group is that of the trees. */
const LONGEST = [/\/1\.test\.js$/, /docs\/pages\.test/, /stateful-lock\.properties\.test/, /random\.test/];

const place = ({ path }) => (LONGEST.findIndex((long) => long.test(path)) + LONGEST.length + 1) % (LONGEST.length + 1);

module.exports = class extends Sequencer {
  sort(tests) {
    return super.sort(tests).sort((one, other) => place(one) - place(other));
  }
};
