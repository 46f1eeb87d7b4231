using System.Reflection;
using System.Runtime.CompilerServices;
using Isthmus.Compute;
using Isthmus.NeuralInformation;
using Xunit.v3;

// Torch has one random generator a process: tests that seed it must not run beside others that draw from it.
[assembly: Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]
[assembly: Isthmus.Tests.SeededDraws]

namespace Isthmus.Tests;

/// <summary>What every program that uses neural estimators does first.</summary>
internal static class Registrations
{
    [ModuleInitializer]
    internal static void Register() => NeuralEstimators.Register();
}

/// <summary>Seeds torch's generator before every test: building a model leaves it alone, so what a test draws must not depend on those before it.</summary>
[AttributeUsage(AttributeTargets.Assembly)]
public sealed class SeededDrawsAttribute : BeforeAfterTestAttribute
{
    /// <inheritdoc/>
    public override void Before(MethodInfo methodUnderTest, IXunitTest test)
    {
        TensorLibrary.EnsureLoaded();
        TorchSharp.torch.manual_seed(1);
    }
}
