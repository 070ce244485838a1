import { Construct } from 'constructs';
import { Namesakes } from '../../src/private/namesakes';
import { testStack } from '../harness';

const setUp = (): { root: Construct; place: object; names: Namesakes<Construct>; enter: (scope: Construct, id: string) => Construct } => {
  const names = new Namesakes<Construct>();
  const place = {};
  const enter = (scope: Construct, id: string): Construct => {
    const construct = new Construct(scope, id);
    names.enter(place, construct);
    return construct;
  };
  return { root: testStack(), place, names, enter };
};

test('others are those of the same place, in the order of their coming, without the one who asks', () => {
  const { root, place, names, enter } = setUp();
  const [one, two, three] = ['One', 'Two', 'Three'].map((id) => enter(root, id));
  names.enter({}, new Construct(root, 'Elsewhere'));
  expect(names.others(place, two).map(({ node }) => node.path)).toEqual([one.node.path, three.node.path]);
});

test('nobody else is in a place that nobody has entered', () => {
  const { root, names } = setUp();
  expect(names.others({}, root)).toHaveLength(0);
});

test('a construct that was removed from the app is no longer there', () => {
  const { root, place, names, enter } = setUp();
  const one = enter(root, 'One');
  enter(root, 'Two');
  root.node.tryRemoveChild('Two');
  expect(names.others(place, one).map(({ node }) => node.path)).toEqual([]);
});

test('neither is one in a scope that was removed, nor one whose id another took', () => {
  const { root, place, names, enter } = setUp();
  const one = enter(root, 'One');
  enter(new Construct(root, 'Group'), 'Two');
  root.node.tryRemoveChild('Group');
  const second = enter(new Construct(root, 'Group'), 'Two');
  expect(names.others(place, one).map((other) => other === second)).toEqual([true]);
});
