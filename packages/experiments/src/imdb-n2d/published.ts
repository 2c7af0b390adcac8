/** What the write-up prints. */
export const published = {
  source: {
    title:
      "Clustering the Manifold of the Embeddings Learned by Autoencoders (Autoencoder with Manifold Learning for Clustering in Python)",
    authors: "a blog post; after R. McConville et al., N2D: (Not Too) Deep Clustering, ICPR 2020",
  },
  reviews: 50_000,
  /** Mean squared errors a value, at the end of the first epoch and of the last. */
  trainLoss: { first: 0.0232, last: 0.0152 },
  validationLoss: { first: 0.0205, last: 0.0176 },
  /** Keras' summary: units and parameters of each dense layer. */
  layers: [
    { units: 1024, parameters: 513_024 },
    { units: 512, parameters: 524_800 },
    { units: 256, parameters: 131_328 },
    { units: 10, parameters: 2_570 },
    { units: 256, parameters: 2_816 },
    { units: 512, parameters: 131_584 },
    { units: 1024, parameters: 525_312 },
    { units: 500, parameters: 512_500 },
  ],
  parameters: 2_343_934,
  dbscanClusters: 5,
} as const;
