/** A server with only the packages that it needs: node .next/standalone/server.js */
export default {
  output: 'standalone',
  // this folder is all of it, whatever lies above
  outputFileTracingRoot: import.meta.dirname,
  turbopack: { root: import.meta.dirname },
  poweredByHeader: false,
};
