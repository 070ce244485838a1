// Errors end with what to do about them, after the last colon: a reason alone leaves the reader to find it out.
import * as ts from 'typescript';
import { nodesIn, sourceFiles } from './random/public-api';

const NODES = sourceFiles().flatMap(nodesIn);

/** The place of a value in a text, and that of a remedy that is given by the name `remedy`. */
const [HOLE, REMEDY] = ['…', '{remedy}'];

const VERBS = [
  'acknowledge', 'add', 'attach', 'build', 'bring', 'call', 'change', 'check', 'choose', 'correct', 'count', 'define', 'divide', 'drop', 'encrypt', 'exchange', 'give', 'hand', 'keep',
  'leave', 'let', 'list', 'lower', 'make', 'mount', 'move', 'name', 'pass', 'push', 'put', 'raise', 'redirect', 'remove', 'rename', 'replicate', 'retain', 'say', 'set', 'shorten',
  'split', 'store', 'switch', 'take', 'turn', 'upgrade', 'use', 'write',
];
/** A clause that begins with a verb of these, alone or after a reason. Those of the stateful lock are sentences. */
const IMPERATIVE = new RegExp(`(^|[,;] (so |or |and )?)((${VERBS.join('|')})\\b|${REMEDY})`, 'i');

test('every error of the library names a remedy after its last colon', () => {
  const remedies = NODES.flatMap(remediesIn);
  expect(remedies.length).toBeGreaterThan(300);
  expect(remedies.filter((remedy) => !IMPERATIVE.test(remedy))).toEqual([]);
});

/** What a node gives of it: the end of an error, or what is handed to those who make one. */
function remediesIn(node: ts.Node): string[] {
  const found = isWhole(node) && !isWarning(node) ? textsOf(node).filter((text) => (isThrown(node) && text !== HOLE) || /\bmust\b[^]*: /.test(text)).map(lastPart) : [];
  if (ts.isCallExpression(node)) {
    const place = REMEDY_PLACES.get(node.expression.getText());
    const given = place === undefined ? undefined : node.arguments[place];
    if (given) found.push(...textsOf(given));
  }
  if (ts.isVariableDeclaration(node) && node.name.getText() === 'remedy' && node.initializer) found.push(...textsOf(node.initializer));
  return found;
}

/** Functions that take a remedy, by the place of it among their parameters. */
const REMEDY_PLACES = new Map(NODES.flatMap((node): [string, number][] => {
  const isNamed = ts.isFunctionDeclaration(node) || (ts.isArrowFunction(node) && ts.isVariableDeclaration(node.parent));
  const place = isNamed ? node.parameters.findIndex(({ name }) => name.getText() === 'remedy') : -1;
  return isNamed && place >= 0 ? [[(ts.isFunctionDeclaration(node) ? node : node.parent as ts.VariableDeclaration).name!.getText(), place]] : [];
}));

/** The text of an error: the whole of a sum, not its parts. */
const isWhole = (node: ts.Node): node is ts.Expression =>
  isThrown(node) || (isText(node) && !ts.isBinaryExpression(node.parent));

const isText = (node: ts.Node): node is ts.Expression => ts.isStringLiteralLike(node) || ts.isTemplateExpression(node) || ts.isBinaryExpression(node);

const isThrown = (node: ts.Node): boolean =>
  ts.isNewExpression(node.parent) && node.parent.expression.getText() === 'Error' && node.parent.arguments?.[0] === node;

const isWarning = ({ parent }: ts.Node): boolean => ts.isCallExpression(parent) && parent.expression.getText().endsWith('.addWarning');

const lastPart = (text: string): string => text.slice(text.lastIndexOf(': ') + 2);

/** A text with its values left out, once for each way that its conditions go. */
function textsOf(node: ts.Node): string[] {
  if (ts.isStringLiteralLike(node)) return [node.text];
  if (ts.isParenthesizedExpression(node)) return textsOf(node.expression);
  if (ts.isConditionalExpression(node)) return [...textsOf(node.whenTrue), ...textsOf(node.whenFalse)];
  if (ts.isArrowFunction(node)) return textsOf(node.body);
  if (ts.isBinaryExpression(node)) return joined(textsOf(node.left), textsOf(node.right));
  if (ts.isTemplateExpression(node)) {
    const [start, ...parts] = [[node.head.text], ...node.templateSpans.map(({ expression, literal }) => joined(textsOf(expression), [literal.text]))];
    return parts.reduce(joined, start);
  }
  return [/^remedy\b/.test(node.getText()) ? REMEDY : HOLE];
}

const joined = (heads: string[], tails: string[]): string[] => heads.flatMap((head) => tails.map((tail) => head + tail));
