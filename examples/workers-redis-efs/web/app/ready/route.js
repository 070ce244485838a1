// For the health checks: that this process answers, whatever the API does.
export const dynamic = 'force-dynamic';

export function GET() {
  return Response.json({ status: 'ok' });
}
