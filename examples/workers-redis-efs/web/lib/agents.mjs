// Agents as the front end gets them: lists from the API by its private name, plans from the files that all tasks share.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The newest agents; undefined while the API does not answer, which must not take the page with it. */
export async function newestAgents({ API_URL, fetch = globalThis.fetch }) {
  try {
    const response = await fetch(`${API_URL}/api/agents`, { cache: 'no-store', signal: AbortSignal.timeout(3000) });
    return response.ok ? await response.json() : undefined;
  } catch {
    return undefined;
  }
}

/** The plan of an agent; undefined while there is none. */
export async function planOf(id, { FILES = '/mnt/efs' } = {}) {
  if (!ID.test(id)) return undefined;
  try {
    return await readFile(join(FILES, 'plans', `${id}.md`), 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}
