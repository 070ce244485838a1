// What users can write of the library, read from its sources: structs with their props, classes with their members. What is added there is asked for here by itself.
import * as fs from 'fs';
import * as path from 'path';
import * as ts from 'typescript';

const SRC = path.join(__dirname, '..', '..', 'src');

/** A prop, and the struct that declares it. */
export interface PublicProp { readonly name: string; readonly declaredBy: string; readonly optional: boolean }

/** A struct, its inherited props included. */
export interface PublicStruct { readonly name: string; readonly props: readonly PublicProp[] }

/** A class: what can be called on it, and whether it is a construct that users make by `new`. */
export interface PublicClass {
  readonly name: string;
  readonly file: string;
  readonly isConstruct: boolean;
  /** Whether its documentation shows how to begin with it. */
  readonly hasExample: boolean;
  /** `Class.member` of all that runs code or chooses among values: methods, getters, factories and constants. */
  readonly members: readonly string[];
}

/** All of it. */
export interface PublicApi {
  readonly structs: readonly PublicStruct[];
  readonly classes: readonly PublicClass[];
  readonly enumMembers: readonly string[];
}

type Declaration = ts.InterfaceDeclaration | ts.ClassDeclaration | ts.EnumDeclaration;

/** The source files of the library, parsed. */
export function sourceFiles(): ts.SourceFile[] {
  return fs.readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts')).sort()
    .map((file) => ts.createSourceFile(file, fs.readFileSync(path.join(SRC, file), 'utf8'), ts.ScriptTarget.Latest, true));
}

/** All that is in a node, in the order in which it is written. */
export function nodesIn(node: ts.Node): ts.Node[] {
  const found: ts.Node[] = [];
  ts.forEachChild(node, (child) => {
    found.push(child, ...nodesIn(child));
  });
  return found;
}

let known: PublicApi | undefined;

/** What `index.ts` exports. */
export const publicApi = (): PublicApi => known ??= readPublicApi();

function readPublicApi(): PublicApi {
  const files = new Map(sourceFiles().map((file) => [file.fileName.replace(/\.ts$/, ''), file]));
  const index = files.get('index')!;
  const exported = index.statements.filter(ts.isExportDeclaration)
    .map(({ moduleSpecifier }) => path.normalize((moduleSpecifier as ts.StringLiteral).text));
  const declarations = exported.flatMap((file) => files.get(file)!.statements.filter(isDeclaration))
    .filter((declaration) => hasModifier(declaration, ts.SyntaxKind.ExportKeyword));
  const interfaces = new Map(declarations.filter(ts.isInterfaceDeclaration).map((declaration) => [nameOf(declaration), declaration]));
  const structs = [...interfaces.values()].filter((declaration) => !/^I[A-Z][a-z]/.test(nameOf(declaration)));
  return {
    structs: structs.map((declaration) => ({ name: nameOf(declaration), props: propsOf(declaration, interfaces) })),
    classes: declarations.filter(ts.isClassDeclaration).map(describeClass),
    enumMembers: declarations.filter(ts.isEnumDeclaration).flatMap((declaration) => declaration.members.map((member) => `${nameOf(declaration)}.${member.name.getText()}`)),
  };
}

function isDeclaration(node: ts.Node): node is Declaration {
  return ts.isInterfaceDeclaration(node) || ts.isClassDeclaration(node) || ts.isEnumDeclaration(node);
}

const nameOf = (declaration: Declaration): string => declaration.name!.text;

function hasModifier(node: ts.HasModifiers, ...kinds: ts.SyntaxKind[]): boolean {
  return (node.modifiers ?? []).some(({ kind }) => kinds.includes(kind));
}

function propsOf(declaration: ts.InterfaceDeclaration, interfaces: Map<string, ts.InterfaceDeclaration>): PublicProp[] {
  const bases = (declaration.heritageClauses ?? []).flatMap(({ types }) => types.map((type) => interfaces.get(type.expression.getText())!));
  return [
    ...bases.flatMap((base) => propsOf(base, interfaces)),
    ...declaration.members.filter(ts.isPropertySignature).map((member) =>
      ({ name: member.name.getText(), declaredBy: nameOf(declaration), optional: member.questionToken !== undefined })),
  ];
}

function describeClass(declaration: ts.ClassDeclaration): PublicClass {
  const name = nameOf(declaration);
  const { PrivateKeyword, ProtectedKeyword, AbstractKeyword } = ts.SyntaxKind;
  const isHidden = (member: ts.ClassElement): boolean => member.name?.getText().startsWith('_') === true
    || (ts.canHaveModifiers(member) && hasModifier(member, PrivateKeyword, ProtectedKeyword, AbstractKeyword));
  const isConstant = (member: ts.ClassElement): boolean => ts.isPropertyDeclaration(member) && hasModifier(member, ts.SyntaxKind.StaticKeyword);
  const callable = declaration.members.filter((member) => !isHidden(member))
    .filter((member) => ts.isMethodDeclaration(member) || ts.isGetAccessorDeclaration(member) || isConstant(member));
  const constructor = declaration.members.find(ts.isConstructorDeclaration);
  return {
    name,
    file: declaration.getSourceFile().fileName,
    isConstruct: constructor !== undefined && !isHidden(constructor) && constructor.parameters[0]?.type?.getText() === 'Construct',
    hasExample: ts.getJSDocTags(declaration).some(({ tagName }) => tagName.text === 'example'),
    members: callable.map((member) => `${name}.${member.name!.getText()}`),
  };
}
