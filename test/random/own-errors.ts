// The errors that the library gives, read from its sources: an error is ours when a message there can come to it.
import * as ts from 'typescript';
import { nodesIn, sourceFiles } from './public-api';

/** The place of a value in a message. */
const HOLE = '…';

/** A message with its values left out, and what it matches. */
export interface OwnError { readonly message: string; readonly pattern: RegExp }

/** Messages of all errors that the sources throw, or give to CDK's validation. */
export function ownErrors(): OwnError[] {
  const messages = sourceFiles().flatMap(nodesIn).map(messageIn).filter((message) => message !== undefined);
  return [...new Set(messages)].map((message) => ({ message, pattern: patternOf(message) }));
}

/** A text that names something and says what to do about it, whoever throws it: some are passed on before they are thrown. */
function messageIn(node: ts.Node): string | undefined {
  if (!ts.isStringLiteralLike(node) && !ts.isTemplateExpression(node) && !ts.isBinaryExpression(node)) return undefined;
  // the whole of a sum, not its parts
  const around = ts.isParenthesizedExpression(node.parent) ? node.parent.parent : node.parent;
  if (ts.isBinaryExpression(around)) return undefined;
  const text = textOf(node);
  return /: /.test(text) && /'[^']*'|\bno\b|\bnothing\b|`/.test(text) ? text : undefined;
}

function textOf(node: ts.Expression): string {
  if (ts.isStringLiteralLike(node)) return node.text;
  if (ts.isTemplateExpression(node)) return node.head.text + node.templateSpans.map(({ literal }) => HOLE + literal.text).join('');
  if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken) return textOf(node.left) + textOf(node.right);
  return ts.isParenthesizedExpression(node) ? textOf(node.expression) : HOLE;
}

function patternOf(message: string): RegExp {
  const parts = message.split(HOLE).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('[^]*?')}$`);
}

/** Most fixed characters first: of several messages that match, the one that says most. */
const bySpecificity = (one: OwnError, other: OwnError): number => fixedLength(other) - fixedLength(one);
const fixedLength = ({ message }: OwnError): number => message.split(HOLE).join('').length;

/** Whether messages are ours, and which. */
export class OwnErrors {
  private readonly errors = ownErrors().sort(bySpecificity);

  /** The message in the sources that an error's message is, undefined where it is not ours. */
  public messageOf(error: string): string | undefined {
    return this.errors.find(({ pattern }) => pattern.test(error))?.message;
  }
}
