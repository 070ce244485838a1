import Link from 'next/link';
import { planOf } from '../../../lib/agents.mjs';

export const dynamic = 'force-dynamic';

export default async function Page({ params }) {
  const { id } = await params;
  const plan = await planOf(id, process.env);
  return (
    <main>
      <p><Link href="/">Nexus AI</Link></p>
      {plan === undefined ? <p>There is no plan yet.</p> : <pre>{plan}</pre>}
    </main>
  );
}
