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

/// <summary>
/// Seeds torch's generator before every test, and gives it one thread: what a test draws, and the order in which it adds up, must depend neither on those
/// before it nor on the machine's cores. A test of several threads asks for them.
/// </summary>
[AttributeUsage(AttributeTargets.Assembly)]
public sealed class SeededDrawsAttribute : BeforeAfterTestAttribute
{
    /// <inheritdoc/>
    public override void Before(MethodInfo methodUnderTest, IXunitTest test)
    {
        TensorLibrary.EnsureLoaded();
        TorchSharp.torch.manual_seed(1);
        TorchSharp.torch.set_num_threads(1);
    }
}
