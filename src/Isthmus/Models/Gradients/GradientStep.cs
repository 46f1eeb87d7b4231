using Isthmus.Models.Objectives;
using static TorchSharp.torch;

namespace Isthmus.Models.Gradients;

/// <summary>Properties of a step that the parts need to differentiate it.</summary>
/// <param name="Objective">Objective, which combines the terms.</param>
/// <param name="Epoch">Progress of training, epochs, fractions included.</param>
/// <param name="BatchSize">Records of the whole batch, over which the loss is the mean.</param>
/// <param name="Noise">Standard normal draws of the records at hand, N x L, for a bottleneck that needs them; null if it draws by itself.</param>
internal sealed record GradientStep(ElboObjective Objective, double Epoch, int BatchSize, Tensor? Noise);

/// <summary>A code and its backward pass.</summary>
/// <param name="Z">The code, N x L.</param>
/// <param name="RateSum">The bottleneck's charge, nats, summed over the records.</param>
/// <param name="HeadGradient">dL/dhead from dL/dz, the charge's own part included.</param>
internal sealed record CodePullback(Tensor Z, double RateSum, Func<Tensor, Tensor> HeadGradient);

/// <summary>A distortion and its gradient.</summary>
/// <param name="Sum">-ln p(x|z), nats, summed over the records.</param>
/// <param name="Gradient">dL/d(the decoder's output).</param>
internal sealed record DistortionPullback(double Sum, Tensor Gradient);
