// What a TypeScript program touches of the library: read from its source by the compiler, which knows the declaration behind each name.
import * as fs from 'fs';
import * as path from 'path';
import * as ts from 'typescript';
import { ROOT } from './command';
import { PublicApi } from './public-api';

const PACKAGE = 'cdk-patternbook';

/** Everything touched, named as in `PublicApi.everything`. */
export function touchedBySource(api: PublicApi, folder: string): Set<string> {
  const files = fs.readdirSync(folder).filter((file) => file.endsWith('.ts')).map((file) => path.join(folder, file));
  const { config } = ts.readConfigFile(path.join(ROOT, 'tsconfig.dev.json'), (file) => ts.sys.readFile(file));
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: [], files }, ts.sys, ROOT);
  const program = ts.createProgram(files, options);
  const checker = program.getTypeChecker();
  const touched = new Set<string>();
  const mark = (names: string[]): void => names.forEach((name) => touched.add(name));

  /** Type and member that a name stands for. */
  const touch = (symbol: ts.Symbol | undefined): void => {
    if (symbol === undefined) return;
    const isImported = symbol.declarations?.some((declaration) => ts.isImportSpecifier(declaration)) ?? false;
    const known = isImported ? checker.getAliasedSymbol(symbol) : symbol;
    for (const declaration of known.declarations ?? []) {
      if (!declaration.getSourceFile().fileName.startsWith(path.join(ROOT, 'src'))) continue;
      const owner = declaration.parent;
      const isMember = ts.isClassLike(owner) || ts.isInterfaceDeclaration(owner) || ts.isEnumDeclaration(owner);
      if (isMember && owner.name) mark(api.touch(`${PACKAGE}.${owner.name.text}`, known.name));
      else mark(api.touch(`${PACKAGE}.${known.name}`));
    }
  };
  /** A struct, in the type that is expected here, and its props. */
  const touchStruct = (literal: ts.ObjectLiteralExpression): void => {
    const expected = checker.getContextualType(literal);
    if (expected === undefined) return;
    const type = checker.getNonNullableType(expected);
    touch(type.getSymbol());
    literal.properties.forEach(({ name }) => name && touch(type.getProperty(name.getText())));
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) return;
    if (ts.isIdentifier(node)) touch(checker.getSymbolAtLocation(node));
    if (ts.isObjectLiteralExpression(node)) touchStruct(node);
    if (ts.isHeritageClause(node) && node.token === ts.SyntaxKind.ImplementsKeyword) {
      node.types.forEach(({ expression }) => mark(api.implement(`${PACKAGE}.${expression.getText()}`)));
    }
    // what a class of the user's has of the interface it implements
    if (ts.isClassDeclaration(node)) {
      for (const { expression } of (node.heritageClauses ?? []).flatMap(({ types }) => [...types])) {
        checker.getTypeAtLocation(node).getProperties().forEach(({ name }) => mark(api.touch(`${PACKAGE}.${expression.getText()}`, name)));
      }
    }
    ts.forEachChild(node, visit);
  };
  program.getSourceFiles().filter(({ fileName }) => files.includes(fileName)).forEach(visit);
  return touched;
}
