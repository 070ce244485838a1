import { exampleContext, loadExample } from './example-app';
process.env.CDK_VALIDATION = 'false';
loadExample('workers-redis-efs', exampleContext('workers-redis-efs', process.argv[3] ?? 'prod', {}), { outdir: process.argv[2] }).synth();
