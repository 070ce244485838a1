// No linter and no synthesis needs the network.

/** Where nobody listens: a program that wanted to call somebody would fail, not tell. */
const NOWHERE = 'http://127.0.0.1:9';

/** Environment of a program that must not call anybody. */
export const OFFLINE = { HTTP_PROXY: NOWHERE, HTTPS_PROXY: NOWHERE, ALL_PROXY: NOWHERE, http_proxy: NOWHERE, https_proxy: NOWHERE, NO_PROXY: '', no_proxy: '' };
