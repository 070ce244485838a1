// How long a program is: lines with code on them. Imports count, blank lines and comments do not.
import * as fs from 'fs';
import * as ts from 'typescript';

/** Lines of a program in TypeScript or Python that hold code. */
export function linesOfCode(file: string): number {
  const text = fs.readFileSync(file, 'utf8');
  return file.endsWith('.py') ? pythonLines(text) : typescriptLines(text);
}

/** What a program in TypeScript imports at run time. */
export function importsOf(file: string): string[] {
  const { statements } = ts.createSourceFile(file, fs.readFileSync(file, 'utf8'), ts.ScriptTarget.ES2022);
  return statements.filter(ts.isImportDeclaration)
    .filter(({ importClause }) => importClause?.phaseModifier !== ts.SyntaxKind.TypeKeyword)
    .map(({ moduleSpecifier }) => (moduleSpecifier as ts.StringLiteral).text);
}

function typescriptLines(text: string): number {
  const source = ts.createSourceFile('program.ts', text, ts.ScriptTarget.ES2022, true);
  const lines = new Set<number>();
  const mark = (node: ts.Node): void => {
    if (ts.isJSDoc(node) || node.kind === ts.SyntaxKind.EndOfFileToken) return;
    const parts = node.getChildren(source);
    if (parts.length > 0) return parts.forEach(mark);
    if (node.getWidth(source) === 0) return;
    const [first, last] = [node.getStart(source), node.getEnd() - 1].map((position) => source.getLineAndCharacterOfPosition(position).line);
    for (let line = first; line <= last; line += 1) lines.add(line);
  };
  mark(source);
  return lines.size;
}

/** Comments and documentation stand on lines of their own here. */
function pythonLines(text: string): number {
  return text.split('\n').map((line) => line.trim()).filter((line) => line !== '' && !line.startsWith('#') && !/^""".*"""$/.test(line)).length;
}
