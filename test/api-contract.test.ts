// The API is the product: what is exported, and that all of it is documented.
import * as fs from 'fs';
import * as path from 'path';
import * as ts from 'typescript';
import * as patternbook from '../src';

const SRC = path.join(__dirname, '..', 'src');
const rooms = [...fs.readFileSync(path.join(SRC, 'index.ts'), 'utf8').matchAll(/from '\.\/([^']+)'/g)].map(([, room]) => room);

interface Member { readonly name: string; readonly optional: boolean; readonly doc: string }

const docOf = (node: ts.Node): string => ts.getJSDocCommentsAndTags(node).map((doc) => doc.getText()).join('\n');
const isHidden = (node: ts.Node): boolean =>
  ts.canHaveModifiers(node)
  && (ts.getModifiers(node) ?? []).some(({ kind }) => kind === ts.SyntaxKind.PrivateKeyword || kind === ts.SyntaxKind.ProtectedKeyword);

/** Everything of a room that its users see. */
function membersOf(room: string): Member[] {
  const source = ts.createSourceFile(room, fs.readFileSync(path.join(SRC, `${room}.ts`), 'utf8'), ts.ScriptTarget.ES2022, true);
  const exported = source.statements.filter((node) => ts.isClassDeclaration(node) || ts.isInterfaceDeclaration(node) || ts.isEnumDeclaration(node))
    .filter((node) => (ts.getModifiers(node) ?? []).some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword))
    .filter((node) => !docOf(node).includes('@internal'));
  return exported.flatMap((node) => [
    { name: node.name!.text, optional: false, doc: docOf(node) },
    ...(node.members as ts.NodeArray<ts.ClassElement | ts.TypeElement | ts.EnumMember>)
      .filter((member) => !ts.isConstructorDeclaration(member) && !isHidden(member))
      .map((member) => ({
        name: `${node.name!.text}.${member.name!.getText()}`,
        optional: 'questionToken' in member && member.questionToken !== undefined && ts.isInterfaceDeclaration(node),
        doc: docOf(member),
      })),
  ]).filter(({ doc }) => !doc.includes('@internal'));
}

const members = rooms.flatMap(membersOf);

test('what is exported', () => {
  expect(Object.keys(patternbook).sort()).toMatchSnapshot();
});

test('every public type and member is documented', () => {
  expect(members.filter(({ doc }) => !/\/\*\*\s*\**\s*\S/.test(doc)).map(({ name }) => name)).toEqual([]);
});

test('every optional prop says its default', () => {
  expect(members.filter(({ optional, doc }) => optional && !doc.includes('@default')).map(({ name }) => name)).toEqual([]);
});

test('no default is just "undefined" or "none" without saying what that means', () => {
  expect(members.filter(({ doc }) => /@default\s+(-\s*)?(undefined|null)\b/.test(doc)).map(({ name }) => name)).toEqual([]);
});

test('the API names no L1 type', () => {
  const texts = rooms.map((room) => fs.readFileSync(path.join(SRC, `${room}.ts`), 'utf8'));
  const l1 = texts.flatMap((text) => [...text.matchAll(/^ {2}(?:public |readonly )[^=\n]*\bCfn[A-Z]\w+/gm)].map(([line]) => line.trim()));
  expect(l1).toEqual([]);
});
