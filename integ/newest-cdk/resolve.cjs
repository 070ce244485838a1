// Preloaded into a process (NODE_OPTIONS=--require), lets it take aws-cdk-lib and constructs from the folder in PATTERNBOOK_CDK and nowhere else,
// whoever asks for them: the library, an example, cdk-nag. It is also seen to it that nothing of the checkout's was loaded all the same.
const fs = require('fs');
const Module = require('module');
const path = require('path');

const FOLDER = fs.realpathSync(process.env.PATTERNBOOK_CDK);
const OURS = /^(aws-cdk-lib|constructs)(\/|$)/;

const resolve = Module._resolveFilename;
Module._resolveFilename = function (request, parent, isMain, options) {
  return resolve.call(this, request, parent, isMain, OURS.test(request) ? { paths: [FOLDER] } : options);
};

process.on('exit', () => {
  const foreign = Object.keys(require.cache).find((file) => /[\\/]node_modules[\\/](aws-cdk-lib|constructs)[\\/]/.test(file) && !file.startsWith(FOLDER + path.sep));
  if (foreign === undefined) return;
  process.exitCode = 1;
  console.error(`loaded from elsewhere than ${FOLDER}: ${foreign}`);
});
