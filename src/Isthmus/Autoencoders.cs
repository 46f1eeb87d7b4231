namespace Isthmus;

/// <summary>
/// Every model by name. Each member gives options to change further by <c>with</c> and to train by <see cref="ModelOptions.Fit"/>.
/// Which one? <see cref="Vae"/> for pictures and numbers, <see cref="TableVae"/> for rows of mixed columns, <see cref="MultVae"/> or <see cref="Ease"/> for
/// interactions of users and items, <see cref="ProdLda"/> for documents, <see cref="TextVae"/> for lines of text in their order,
/// <see cref="TopKSae"/> for activations of another network.
/// </summary>
public static class Autoencoders
{
    /// <summary>Plain autoencoder: a deterministic code without charge. For features; it has no code length and cannot compress.</summary>
    /// <param name="latent">Numbers in a code. Default 32.</param>
    /// <param name="network">Architecture of encoder and decoder. Default: the model's own, fully connected.</param>
    public static ModelOptions Ae(int? latent = null, NetworkOptions? network = null) => new("ae") { Latent = latent, Network = network };

    /// <summary>Sparse autoencoder: an overcomplete code of which each record keeps the k largest units.</summary>
    /// <param name="latent">Numbers in a code. Default 256.</param>
    /// <param name="k">Units kept of each record's code. Default 16.</param>
    /// <param name="network">Architecture of encoder and decoder. Default: the model's own, fully connected.</param>
    public static ModelOptions Sparse(int? latent = null, int? k = null, NetworkOptions? network = null) =>
        new("sparse")
        {
            Latent = latent,
            Bottleneck = BottleneckOptions.TopK with { K = k },
            Network = network,
        };

    /// <summary>Denoising autoencoder: restores records from corrupted ones (Vincent et al. 2008).</summary>
    /// <param name="latent">Numbers in a code. Default 64.</param>
    /// <param name="corruption">Corruption to restore from. Default: Gaussian noise of 0.5.</param>
    /// <param name="network">Architecture of encoder and decoder. Default: the model's own, fully connected.</param>
    public static ModelOptions Denoising(int? latent = null, CorruptionOptions? corruption = null, NetworkOptions? network = null) =>
        new("denoising")
        {
            Latent = latent,
            Corruption = corruption,
            Network = network,
        };

    /// <summary>
    /// Denoiser of photographs of any size, told the level of the noise: one model for a range of levels. Trained on crops of clean photographs.
    /// </summary>
    /// <param name="noise">Kind and range of the noise. Default: Gaussian of standard deviation 0 to 55, of pixels of 0 to 255.</param>
    /// <param name="network">Width and depth of the network. Default: the model's own.</param>
    public static ModelOptions Denoiser(CorruptionOptions? noise = null, DenoiserNetworkOptions? network = null) =>
        new("denoiser") { Corruption = noise, Network = network };

    /// <summary>Denoiser of pictures of any size that learns from noisy pictures alone (Krull, Buchholz and Jug 2019), for noise that is independent between
    /// pixels.</summary>
    /// <param name="blindShare">Probability that a pixel is a blind spot in training. Default 0.02.</param>
    /// <param name="network">Width and depth of the network. Default: the model's own.</param>
    public static ModelOptions Noise2void(double? blindShare = null, DenoiserNetworkOptions? network = null) =>
        new("noise2void") { Corruption = CorruptionOptions.BlindSpots with { BlindShare = blindShare }, Network = network };

    /// <summary>
    /// Denoiser of pictures of any size that learns from pairs of noisy pictures of the same scene (Lehtinen et al. 2018): crops of a folder with two
    /// folders in it, first and second, of pictures of the same names.
    /// </summary>
    /// <param name="network">Width and depth of the network. Default: the model's own.</param>
    public static ModelOptions Noise2noise(DenoiserNetworkOptions? network = null) => new("noise2noise") { Network = network };

    /// <summary>
    /// Codec of photographs of any size: lossy compression at any quality from 0 to 1 by one model (Balle et al. 2018, Minnen et al. 2018). Trained on crops.
    /// </summary>
    /// <param name="prior">Entropy model of the code. Default: a mean-scale hyperprior with a checkerboard context.</param>
    /// <param name="network">Width and depth of the transforms. Default: the model's own.</param>
    public static ModelOptions ImageCodec(HyperpriorBottleneckOptions? prior = null, CodecNetworkOptions? network = null) =>
        new("image-codec") { Bottleneck = prior, Network = network };

    /// <summary>
    /// Lossless codec of photographs of any size: least squares on known neighbours, and a small network that tells each sample's distribution. Trained on
    /// crops.
    /// </summary>
    /// <param name="likelihood">Width of the network and number of logistic variables. Default: the model's own.</param>
    public static ModelOptions ImageLossless(PixelPredictionLikelihoodOptions? likelihood = null) => new("image-lossless") { Likelihood = likelihood };

    /// <summary>Contractive autoencoder: codes change little when records do (Rifai et al. 2011).</summary>
    /// <param name="latent">Numbers in a code. Default 32.</param>
    /// <param name="weight">Weight of the squared norm of the code's derivative. Default 0.1.</param>
    /// <param name="network">Architecture of encoder and decoder. Default: the model's own, fully connected.</param>
    public static ModelOptions Contractive(int? latent = null, double? weight = null, NetworkOptions? network = null) =>
        new("contractive")
        {
            Latent = latent,
            Penalty = PenaltyOptions.Contractive with { ContractiveWeight = weight },
            Network = network,
        };

    /// <summary>Regularised autoencoder: a smooth decoder and codes near the origin, without noise (Ghosh et al. 2020).</summary>
    /// <param name="latent">Numbers in a code. Default 32.</param>
    /// <param name="network">Architecture of encoder and decoder. Default: the model's own, fully connected.</param>
    public static ModelOptions Rae(int? latent = null, NetworkOptions? network = null) => new("rae") { Latent = latent, Network = network };

    /// <summary>Variational autoencoder: Gaussian codes, trained on the ELBO (Kingma and Welling 2014).</summary>
    /// <param name="latent">Numbers in a code. Default 40.</param>
    /// <param name="network">Architecture of encoder and decoder. Default: the model's own, fully connected.</param>
    public static ModelOptions Vae(int? latent = null, NetworkOptions? network = null) => new("vae") { Latent = latent, Network = network };

    /// <summary>Variational autoencoder whose pixels also depend on their known neighbours. The fewest bits for pictures; pictures only.</summary>
    /// <param name="latent">Numbers in a code. Default 40.</param>
    /// <param name="network">Architecture of encoder and decoder. Default: the model's own, fully connected.</param>
    public static ModelOptions PixelVae(int? latent = null, NetworkOptions? network = null) => new("pixel-vae") { Latent = latent, Network = network };

    /// <summary>Variational autoencoder with the rate weighted by beta: fewer and more interpretable units (Higgins et al. 2017).</summary>
    /// <param name="latent">Numbers in a code. Default 40.</param>
    /// <param name="beta">Weight of the rate. Default 4.</param>
    /// <param name="network">Architecture of encoder and decoder. Default: the model's own, fully connected.</param>
    public static ModelOptions BetaVae(int? latent = null, double? beta = null, NetworkOptions? network = null) =>
        new("beta-vae")
        {
            Latent = latent,
            Objective = ObjectiveOptions.Elbo with { Beta = beta },
            Network = network,
        };

    /// <summary>Variational autoencoder with independent units, by a discriminator (Kim and Mnih 2018).</summary>
    /// <param name="latent">Numbers in a code. Default 40.</param>
    /// <param name="weight">Weight of the total correlation. Default 10.</param>
    /// <param name="network">Architecture of encoder and decoder. Default: the model's own, fully connected.</param>
    public static ModelOptions FactorVae(int? latent = null, double? weight = null, NetworkOptions? network = null) =>
        new("factor-vae")
        {
            Latent = latent,
            Penalty = PenaltyOptions.DensityRatio with { RatioWeight = weight },
            Network = network,
        };

    /// <summary>Variational autoencoder with independent units, by a penalty on their total correlation (Chen et al. 2018).</summary>
    /// <param name="latent">Numbers in a code. Default 40.</param>
    /// <param name="weight">Weight of the total correlation. Default 5.</param>
    /// <param name="network">Architecture of encoder and decoder. Default: the model's own, fully connected.</param>
    public static ModelOptions BetaTcVae(int? latent = null, double? weight = null, NetworkOptions? network = null) =>
        new("beta-tc-vae")
        {
            Latent = latent,
            Penalty = PenaltyOptions.TotalCorrelation with { TcWeight = weight },
            Network = network,
        };

    /// <summary>Variational autoencoder with uncorrelated units of variance 1 (Kumar et al. 2018).</summary>
    /// <param name="latent">Numbers in a code. Default 40.</param>
    /// <param name="network">Architecture of encoder and decoder. Default: the model's own, fully connected.</param>
    public static ModelOptions DipVae(int? latent = null, NetworkOptions? network = null) => new("dip-vae") { Latent = latent, Network = network };

    /// <summary>Variational autoencoder with a weak rate, whose codes as a whole match the prior (Zhao et al. 2019).</summary>
    /// <param name="latent">Numbers in a code. Default 40.</param>
    /// <param name="network">Architecture of encoder and decoder. Default: the model's own, fully connected.</param>
    public static ModelOptions InfoVae(int? latent = null, NetworkOptions? network = null) => new("info-vae") { Latent = latent, Network = network };

    /// <summary>Wasserstein autoencoder: no rate; codes as a whole match the prior (Tolstikhin et al. 2018).</summary>
    /// <param name="latent">Numbers in a code. Default 40.</param>
    /// <param name="network">Architecture of encoder and decoder. Default: the model's own, fully connected.</param>
    public static ModelOptions Wae(int? latent = null, NetworkOptions? network = null) => new("wae") { Latent = latent, Network = network };

    /// <summary>Adversarial autoencoder: no rate; a discriminator makes codes match the prior (Makhzani et al. 2016).</summary>
    /// <param name="latent">Numbers in a code. Default 40.</param>
    /// <param name="network">Architecture of encoder and decoder. Default: the model's own, fully connected.</param>
    public static ModelOptions Aae(int? latent = null, NetworkOptions? network = null) => new("aae") { Latent = latent, Network = network };

    /// <summary>Importance weighted autoencoder: a tighter bound from several draws of the code (Burda et al. 2016).</summary>
    /// <param name="latent">Numbers in a code. Default 40.</param>
    /// <param name="samples">Draws of the code in one bound. Default 50.</param>
    /// <param name="network">Architecture of encoder and decoder. Default: the model's own, fully connected.</param>
    public static ModelOptions Iwae(int? latent = null, int? samples = null, NetworkOptions? network = null) =>
        new("iwae")
        {
            Latent = latent,
            Objective = ObjectiveOptions.ImportanceWeighted with { Samples = samples },
            Network = network,
        };

    /// <summary>Variational autoencoder with a learned prior, the mixture of posteriors of pseudo-records (Tomczak and Welling 2018).</summary>
    /// <param name="latent">Numbers in a code. Default 40.</param>
    /// <param name="pseudoInputs">Pseudo-records. Default 500.</param>
    /// <param name="network">Architecture of encoder and decoder. Default: the model's own, fully connected.</param>
    public static ModelOptions VampVae(int? latent = null, int? pseudoInputs = null, NetworkOptions? network = null) =>
        new("vamp-vae")
        {
            Latent = latent,
            Prior = PriorOptions.Vamp with { PseudoInputs = pseudoInputs },
            Network = network,
        };

    /// <summary>Hierarchical variational autoencoder: several levels of codes, drawn from the top down (Sonderby et al. 2016).</summary>
    /// <param name="latent">Numbers in a code. Default 60.</param>
    /// <param name="levels">Levels of the code. Default 3.</param>
    /// <param name="network">Architecture of encoder and decoder. Default: the model's own, fully connected.</param>
    public static ModelOptions LadderVae(int? latent = null, int? levels = null, NetworkOptions? network = null) =>
        new("ladder-vae")
        {
            Latent = latent,
            Bottleneck = BottleneckOptions.Ladder with { Levels = levels },
            Network = network,
        };

    /// <summary>Autoencoder with discrete codes, vectors of a codebook, and a learned prior (van den Oord et al. 2017).</summary>
    /// <param name="latent">Numbers in a code. Default 64.</param>
    /// <param name="codebook">Vectors in the codebook. Default 128.</param>
    /// <param name="network">Architecture of encoder and decoder. Default: the model's own, fully connected.</param>
    public static ModelOptions VqVae(int? latent = null, int? codebook = null, NetworkOptions? network = null) =>
        new("vq-vae")
        {
            Latent = latent,
            Bottleneck = BottleneckOptions.VectorQuantised with { Codebook = codebook },
            Network = network,
        };

    /// <summary>Conditional variational autoencoder: encoder and decoder are given each record's label (Sohn et al. 2015).</summary>
    /// <param name="latent">Numbers in a code. Default 40.</param>
    /// <param name="target">Name of the label that is given; several joined by commas. Default: the first.</param>
    /// <param name="network">Architecture of encoder and decoder. Default: the model's own, fully connected.</param>
    public static ModelOptions CondVae(int? latent = null, string? target = null, NetworkOptions? network = null) =>
        new("cond-vae")
        {
            Latent = latent,
            Condition = ConditionOptions.Label with { Target = target },
            Network = network,
        };

    /// <summary>Deep variational information bottleneck: a code that predicts the label and keeps little else (Alemi et al. 2017).</summary>
    /// <param name="latent">Numbers in a code. Default 16.</param>
    /// <param name="target">Name of the label that is predicted. Default: the first.</param>
    /// <param name="network">Architecture of encoder and decoder. Default: the model's own, fully connected.</param>
    public static ModelOptions Vib(int? latent = null, string? target = null, NetworkOptions? network = null) =>
        new("vib")
        {
            Latent = latent,
            Likelihood = LikelihoodOptions.Class with { Target = target },
            Network = network,
        };

    /// <summary>Variational autoencoder with a flexible posterior, an inverse autoregressive flow (Kingma et al. 2016).</summary>
    /// <param name="latent">Numbers in a code. Default 40.</param>
    /// <param name="network">Architecture of encoder and decoder. Default: the model's own, fully connected.</param>
    public static ModelOptions IafVae(int? latent = null, NetworkOptions? network = null) => new("iaf-vae") { Latent = latent, Network = network };

    /// <summary>Sparse dictionary of a layer's activations: the k largest units of each record (Gao et al. 2024). For vectors.</summary>
    /// <param name="latent">Numbers in a code. Default 512.</param>
    /// <param name="k">Units kept of each record's code. Default 32.</param>
    public static ModelOptions TopKSae(int? latent = null, int? k = null) =>
        new("top-k-sae") { Latent = latent, Bottleneck = BottleneckOptions.AuxiliaryTopK with { K = k } };

    /// <summary>
    /// Sparse dictionary: the largest units of each batch, k a record on average; a threshold afterwards (Bussmann et al. 2024). For
    /// vectors.
    /// </summary>
    /// <param name="latent">Numbers in a code. Default 512.</param>
    /// <param name="k">Units kept of each record's code, on average. Default 32.</param>
    public static ModelOptions BatchTopKSae(int? latent = null, int? k = null) =>
        new("batch-top-k-sae") { Latent = latent, Bottleneck = BottleneckOptions.BatchTopK with { K = k } };

    /// <summary>Sparse dictionary: units above learned thresholds, charged by their number (Rajamanoharan et al. 2024). For vectors.</summary>
    /// <param name="latent">Numbers in a code. Default 512.</param>
    public static ModelOptions JumpReluSae(int? latent = null) => new("jump-relu-sae") { Latent = latent };

    /// <summary>Sparse dictionary: one map says which units are active, another how much (Rajamanoharan et al. 2024). For vectors.</summary>
    /// <param name="latent">Numbers in a code. Default 512.</param>
    public static ModelOptions GatedSae(int? latent = null) => new("gated-sae") { Latent = latent };

    /// <summary>Denoising autoencoder for rows of mixed columns: masked cells are predicted from the others. For missing values.</summary>
    /// <param name="latent">Numbers in a code. Default 32.</param>
    /// <param name="network">Architecture of encoder and decoder. Default: the model's own, fully connected.</param>
    public static ModelOptions TableAe(int? latent = null, NetworkOptions? network = null) => new("table-ae") { Latent = latent, Network = network };

    /// <summary>Variational autoencoder for rows of mixed columns: anomalies, missing values, synthetic rows.</summary>
    /// <param name="latent">Numbers in a code. Default 32.</param>
    /// <param name="network">Architecture of encoder and decoder. Default: the model's own, fully connected.</param>
    public static ModelOptions TableVae(int? latent = null, NetworkOptions? network = null) => new("table-vae") { Latent = latent, Network = network };

    /// <summary>Linear item-item model in closed form, for interactions of users and items (Steck 2019).</summary>
    /// <param name="l2">Weight of the sum of squares of the item-item weights. Default 200.</param>
    public static ModelOptions Ease(double? l2 = null) => new("ease") { Network = NetworkOptions.Ease with { L2 = l2 } };

    /// <summary>Denoising autoencoder of interactions, multinomial likelihood (Liang et al. 2018).</summary>
    /// <param name="latent">Numbers in a code. Default 200.</param>
    /// <param name="network">Architecture of encoder and decoder. Default: the model's own, fully connected.</param>
    public static ModelOptions MultDae(int? latent = null, NetworkOptions? network = null) => new("mult-dae") { Latent = latent, Network = network };

    /// <summary>Variational autoencoder of interactions, multinomial likelihood, annealed rate (Liang et al. 2018).</summary>
    /// <param name="latent">Numbers in a code. Default 200.</param>
    /// <param name="network">Architecture of encoder and decoder. Default: the model's own, fully connected.</param>
    public static ModelOptions MultVae(int? latent = null, NetworkOptions? network = null) => new("mult-vae") { Latent = latent, Network = network };

    /// <summary>Recommender with a composite prior, alternating training and a rate weighted by user (Shenbin et al. 2020).</summary>
    /// <param name="latent">Numbers in a code. Default 200.</param>
    public static ModelOptions RecVae(int? latent = null) => new("rec-vae") { Latent = latent };

    /// <summary>Neural document model: words from a softmax linear in a Gaussian code (Miao et al. 2016).</summary>
    /// <param name="topics">Topics, the numbers in a code. Default 50.</param>
    public static ModelOptions Nvdm(int? topics = null) => new("nvdm") { Latent = topics };

    /// <summary>Topic model: a normalised product of experts, proportions near a Dirichlet prior (Srivastava and Sutton 2017).</summary>
    /// <param name="topics">Topics, the numbers in a code. Default 50.</param>
    public static ModelOptions ProdLda(int? topics = null) => new("prod-lda") { Latent = topics };

    /// <summary>Topic model: a mixture of topics that are embedded among the words (Dieng et al. 2020).</summary>
    /// <param name="topics">Topics, the numbers in a code. Default 50.</param>
    public static ModelOptions Etm(int? topics = null) => new("etm") { Latent = topics };

    /// <summary>Variational autoencoder of lines of text: sentences to codes and back, with the order of their words (Bowman et al. 2016).</summary>
    /// <param name="latent">Numbers in a code. Default 32.</param>
    public static ModelOptions TextVae(int? latent = null) => new("text-vae") { Latent = latent };

    /// <summary>Variational autoencoder of log lines: how odd a line is, in bits, and which of its tokens make it so.</summary>
    /// <param name="latent">Numbers in a code. Default 16.</param>
    public static ModelOptions LineVae(int? latent = null) => new("line-vae") { Latent = latent };

    /// <summary>Denoising autoencoder of lines of text: restores lines from which tokens are left out, hidden or swapped (Shen et al. 2020).</summary>
    /// <param name="latent">Numbers in a code. Default 64.</param>
    public static ModelOptions TextAe(int? latent = null) => new("text-ae") { Latent = latent };

    /// <summary>Language model: the decoder of <see cref="TextVae"/> alone, to compare with.</summary>
    public static ModelOptions LstmLm() => new("lstm-lm");
}
