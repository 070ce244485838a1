// The container's health check: the image has no curl.
const { HOST = 'localhost', PORT = '3000' } = process.env;

fetch(`http://${HOST}:${PORT}/ready`, { signal: AbortSignal.timeout(4000) }).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1));
