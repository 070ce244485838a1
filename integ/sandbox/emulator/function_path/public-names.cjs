// Loaded by each Node function before anything else: distributions and APIs are asked at the emulator by `node:https`, as their names do not resolve.
const http = require('http');
const https = require('https');
const { syncBuiltinESMExports } = require('module');
const { urlToHttpOptions } = require('url');

const PUBLIC = /\.(cloudfront\.net|execute-api\.[\w-]+\.amazonaws\.com)$/;
const original = https.request;
let replaced = original;
let isPassedOn = false;

function request(...given) {
  const named = typeof given[0] === 'string' ? new URL(given[0]) : given[0];
  const [options, answered] = named instanceof URL ? given.slice(1) : given;
  const callback = typeof options === 'function' ? options : answered;
  const asked = { ...(named instanceof URL ? urlToHttpOptions(named) : {}), ...(typeof options === 'function' ? {} : options) };
  const host = asked.hostname ?? asked.host ?? '';
  if (!PUBLIC.test(host)) return passOn(given);
  const { hostname, port } = new URL(process.env.AWS_ENDPOINT_URL);
  // what the name and TLS would bring
  const headers = { ...asked.headers, 'host': host, 'x-forwarded-proto': 'https' };
  return http.request({ ...asked, protocol: 'http:', agent: undefined, host: hostname, hostname, port, headers }, callback);
}

/** To what the emulator puts in the place of this later on, and from there, as it takes this for Node's own, to Node. */
function passOn(given) {
  if (isPassedOn) return original(...given);
  isPassedOn = true;
  try {
    return replaced(...given);
  } finally {
    isPassedOn = false;
  }
}

// the emulator's own would lose the name of an API on the way
Object.defineProperty(https, 'request', { get: () => request, set: (other) => { replaced = other; }, enumerable: true });
https.get = (...given) => {
  const asking = request(...given);
  asking.end();
  return asking;
};
syncBuiltinESMExports();
