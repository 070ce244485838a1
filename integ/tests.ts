// `npm test`: all tests, or those that the arguments choose, as jest takes them.
import { jest, runGrouped } from './grouped-tests';

const args = process.argv.slice(2);
process.exitCode = args.length > 0 ? jest(args) : runGrouped({ name: 'all' });
