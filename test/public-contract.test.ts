import * as fs from 'fs';
import * as ts from 'typescript';
import { nodesIn, publicApi, sourceFiles } from './random/public-api';
import { UPGRADING_FILE, upgradingPage } from '../integ/public-contract';

const page = fs.readFileSync(UPGRADING_FILE, 'utf8');

test('docs/upgrading.md lists the ids, values and names that users build on: `npm run docs` brings it up to date, a line that went is a breaking release', () => {
  expect(page).toBe(upgradingPage());
});

test('the profile values of docs/upgrading.md are those that users may set', () => {
  const [, values] = /### Profile values\n([^#]+)###/.exec(page)!;
  const settings = publicApi().structs.find(({ name }) => name === 'EnvironmentSettings')!.props.map(({ name }) => name);
  expect([...values.matchAll(/^\| `(\w+)`/gm)].map(([, name]) => name).sort()).toEqual(settings.filter((name) => name !== 'name').sort());
});

test('docs/upgrading.md lists every warning id: the sources write them out whole, for an id that is put together is found by nobody', () => {
  const [, listed] = /\| warning ids \| ([^|]+) \|/.exec(page)!;
  expect(textsOf(/cdk-patternbook:/).filter((text) => !listed.includes(`\`${text}\``))).toEqual([]);
  expect(warningIds().filter((id) => !ts.isStringLiteral(id) && !ts.isIdentifier(id)).map((id) => id.getText())).toEqual([]);
});

/** What matches of all texts in the code of the library, templates with their places for values. */
function textsOf(pattern: RegExp): string[] {
  return nodesOf((node): node is ts.StringLiteral | ts.TemplateExpression => ts.isStringLiteralLike(node) || ts.isTemplateExpression(node))
    .map((node) => (ts.isStringLiteralLike(node) ? node.text : node.getText())).filter((text) => pattern.test(text));
}

/** The first argument of each call that warns. */
function warningIds(): ts.Expression[] {
  return nodesOf(ts.isCallExpression).filter(({ expression }) => /\.addWarning(V2)?$/.test(expression.getText())).map(({ arguments: [id] }) => id);
}

function nodesOf<T extends ts.Node>(isWanted: (node: ts.Node) => node is T): T[] {
  return sourceFiles().flatMap(nodesIn).filter(isWanted);
}
