using Isthmus.Models.Objectives;
using static TorchSharp.torch;

namespace Isthmus.Models.Gradients;

/// <summary>What the parts need to know of a step to differentiate it.</summary>
/// <param name="Objective">How the terms are put together.</param>
/// <param name="Epoch">How far training has come.</param>
/// <param name="BatchSize">Records of the whole batch, over which the loss is the mean.</param>
/// <param name="Noise">Standard normal draws of the records at hand, N x L, for a bottleneck that asks for them; null where it draws itself.</param>
internal sealed record GradientStep(ElboObjective Objective, double Epoch, int BatchSize, Tensor? Noise);

/// <summary>A code and the way back from it.</summary>
/// <param name="Z">The code, N x L.</param>
/// <param name="RateSum">What the bottleneck charges for it, nats, summed over the records.</param>
/// <param name="HeadGradient">dL/dhead from dL/dz, the charge's own part included.</param>
internal sealed record CodePullback(Tensor Z, double RateSum, Func<Tensor, Tensor> HeadGradient);

/// <summary>A distortion and its gradient.</summary>
/// <param name="Sum">-ln p(x|z), nats, summed over the records.</param>
/// <param name="Gradient">dL/d(the decoder's output).</param>
internal sealed record DistortionPullback(double Sum, Tensor Gradient);
