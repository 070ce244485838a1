// What a program in another language touches of the library: read from its conversation with the jsii runtime (JSII_DEBUG=1), not from its text.
import { PublicApi } from './public-api';

interface Reference { readonly '$jsii.byref': string; readonly '$jsii.interfaces'?: string[] }
interface Request {
  readonly api: string;
  readonly fqn?: string;
  readonly objref?: Reference;
  readonly method?: string;
  readonly property?: string;
  readonly interfaces?: string[];
}
interface Callback { readonly get?: Request; readonly set?: Request; readonly invoke?: Request }

/** Everything touched, named as in `PublicApi.everything`. */
export function touchedByTrace(api: PublicApi, trace: string): Set<string> {
  const touched = new Set<string>();
  /** The library's interfaces of objects that have no class of the library's. */
  const interfacesOf = new Map<string, string[]>();
  const pending: Request[] = [];
  const mark = (names: string[]): void => names.forEach((name) => touched.add(name));
  const onObject = ({ '$jsii.byref': id }: Reference, member: string): void =>
    [id.slice(0, id.lastIndexOf('@')), ...interfacesOf.get(id) ?? []].forEach((fqn) => mark(api.touch(fqn, member)));

  for (const line of trace.split('\n')) {
    const [, direction, json] = /^([<>]) (\{.*\})\s*$/.exec(line) ?? [];
    if (json === undefined) continue;
    const message = JSON.parse(json);
    visitValues(message, (value) => {
      if ('$jsii.struct' in value) {
        const { fqn, data } = value['$jsii.struct'] as { fqn: string; data: Record<string, unknown> };
        if (direction !== '>') return;
        mark(api.touch(fqn));
        Object.keys(data).filter((key) => data[key] !== null).forEach((key) => mark(api.touch(fqn, key)));
      } else if ('$jsii.enum' in value) {
        const [fqn, member] = (value['$jsii.enum'] as string).split('/');
        if (direction === '>') mark(api.touch(fqn, member));
      } else if ('$jsii.byref' in value) {
        const reference = value as unknown as Reference;
        if (reference['$jsii.interfaces']) interfacesOf.set(reference['$jsii.byref'], reference['$jsii.interfaces']);
      }
    });
    if (direction === '>' && message.api !== undefined && message.api !== 'complete') {
      const request = message as Request;
      pending.push(request);
      const member = request.method ?? request.property;
      if (request.fqn !== undefined) mark(api.touch(request.fqn, member));
      if (request.objref !== undefined && member !== undefined) onObject(request.objref, member);
    } else if (direction === '<' && message.callback !== undefined) {
      const { get, set, invoke } = message.callback as Callback;
      const call = (get ?? set ?? invoke)!;
      onObject(call.objref!, (call.method ?? call.property)!);
    } else if (direction === '<') {
      const request = pending.pop();
      if (request?.api === 'create' && message.ok !== undefined) {
        // a class of the library brings interfaces of its own; what the user implements has no class there
        const foreign = !request.fqn!.startsWith('cdk-patternbook.');
        const id = (message.ok as Reference)['$jsii.byref'];
        interfacesOf.set(id, request.interfaces ?? []);
        if (foreign) (request.interfaces ?? []).forEach((fqn) => mark(api.implement(fqn)));
      }
    }
  }
  return touched;
}

function visitValues(value: unknown, visit: (object: Record<string, unknown>) => void): void {
  if (typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value)) visit(value as Record<string, unknown>);
  Object.values(value).forEach((inner) => visitValues(inner, visit));
}
