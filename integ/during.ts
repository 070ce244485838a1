/** Do something over and over as long as something else goes on. Fails when either does. */
export async function during(work: Promise<unknown>, repeated: () => Promise<unknown>): Promise<void> {
  let over = false;
  const repeat = async (): Promise<void> => {
    while (!over) await repeated();
  };
  const done = work.finally(() => {
    over = true;
  });
  await Promise.all([done, repeat()]);
}
