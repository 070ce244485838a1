// The stacks of the examples: which are protected, and in which order they are deployed.
import { App, Stack } from 'aws-cdk-lib';
import { CHOICES, exampleContext, exampleNames, loadExample } from '../../integ/example-app';

const stacksOf = (app: App): Stack[] => app.node.findAll().filter(Stack.isStack);
/** As a choice is synthesized, and as a user with a region would. */
const loaded = (example: string, profile: string, further: Record<string, unknown> = {}): App => loadExample(example, exampleContext(example, profile, further));
