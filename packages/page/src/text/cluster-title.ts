/** What a cluster is called: its name, else its first keywords, else its id. */
export function clusterTitle(
  cluster: { cluster_id: string; name?: string; keywords?: readonly string[] },
  words = 3,
): string {
  if (cluster.name) return cluster.name;
  const keywords = (cluster.keywords ?? []).slice(0, words);
  return keywords.length > 0 ? keywords.join(", ") : cluster.cluster_id;
}
