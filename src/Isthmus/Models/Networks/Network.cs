using static TorchSharp.torch;

namespace Isthmus.Models.Networks;

/// <summary>The two maps of an autoencoder. Both work on flat records: N x D in, N x (numbers of the head) out, and back.</summary>
/// <param name="Encoder">x to the bottleneck's head.</param>
/// <param name="Decoder">z to the likelihood's parameters.</param>
public sealed record Network(nn.Module<Tensor, Tensor> Encoder, nn.Module<Tensor, Tensor> Decoder);

/// <summary>What a kind of network is made for.</summary>
/// <param name="Part">The record's schema and the settings.</param>
/// <param name="HeadWidth">Numbers the encoder must give.</param>
/// <param name="ParametersPerDimension">Numbers the decoder must give for each of a record's D.</param>
public sealed record NetworkContext(PartContext Part, int HeadWidth, int ParametersPerDimension);
