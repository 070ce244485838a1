// The CDK writes down the stack in which each construct is made, which Jest traces to its source, frame by frame: that was half of the tests' time.
// It copies assets, too, which no test of templates reads.
Error.stackTraceLimit = 5;
process.env.CDK_CONTEXT_JSON = JSON.stringify({ 'aws:cdk:disable-creation-stack-traces': true, 'aws:cdk:disable-asset-staging': true });
