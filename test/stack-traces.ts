// The CDK writes down the stack in which each construct is made, and Jest asks for a hundred frames, each traced to its source: that was a third of the tests' time.
Error.stackTraceLimit = 5;
