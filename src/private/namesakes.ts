// [internal] Constructs whose names must differ in a place, such as services in their namespace.
import { IConstruct } from 'constructs';

/** Who has entered which place. To look for others in the whole app would take, of each, the square of their number. */
export class Namesakes<Named extends IConstruct> {
  private readonly places = new WeakMap<object, Named[]>();

  /** Enter a place, such as a namespace or a VPC. */
  public enter(place: object, construct: Named): void {
    this.places.set(place, [...this.places.get(place) ?? [], construct]);
  }

  /** Who else has entered the place, and is still in the app. */
  public others(place: object, construct: Named): Named[] {
    return (this.places.get(place) ?? []).filter((other) => other !== construct && isInTree(other));
  }
}

/** Constructs can be removed, by themselves or with what they are in. */
function isInTree({ node: { scopes } }: IConstruct): boolean {
  return scopes.every((construct, index) => index === 0 || scopes[index - 1].node.tryFindChild(construct.node.id) === construct);
}
