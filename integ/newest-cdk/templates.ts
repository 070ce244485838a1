// Writes the templates of every example in every variant with the CDK at hand, schema validation aside: `templates.ts FOLDER`.
import { exampleAssemblies } from '../both-ends/synthesize-examples';

process.env.CDK_VALIDATION = 'false';
for (const { make } of exampleAssemblies(process.argv[2])) make();
