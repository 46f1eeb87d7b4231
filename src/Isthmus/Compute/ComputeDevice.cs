using static TorchSharp.torch;

namespace Isthmus.Compute;

/// <summary>Devices for tensors, by name.</summary>
public static class ComputeDevice
{
    /// <summary>Names of the devices.</summary>
    public static IReadOnlyList<string> Names { get; } = ["cpu", "cuda"];

    /// <summary>Loads the tensor library and returns the device.</summary>
    /// <param name="name"><c>cpu</c> or <c>cuda</c>.</param>
    /// <exception cref="InvalidInputException">There is no such device here, or ISTHMUS_LIBTORCH names no libtorch that can be used.</exception>
    /// <exception cref="PlatformNotSupportedException">There is no tensor library for this system.</exception>
    public static Device Select(string name)
    {
        if (!Names.Contains(name))
            throw new InvalidInputException($"Device '{name}'", "is not known", $"give {string.Join(" or ", Names)}", OptionNames.Device);
        TensorLibrary.EnsureLoaded();
        if (name == "cuda" && !cuda.is_available())
            throw (
                GivenLibtorch.Folder is { } folder && GivenLibtorch.HasCuda(folder)
                    ? new InvalidInputException(
                        "A CUDA device",
                        $"cannot be used: the libtorch in {folder} sees none",
                        $"check the driver (nvidia-smi) and CUDA_VISIBLE_DEVICES, or take {OptionNames.Device} cpu",
                        OptionNames.Device
                    )
                    : new InvalidInputException(
                        "A CUDA device",
                        $"cannot be used: the tensor library {(GivenLibtorch.Folder is { } cpu ? $"in {cpu}" : "of this build")} is the one for CPUs",
                        $"set {GivenLibtorch.Variable} to the folder torch/lib of a PyTorch 2.10 with CUDA, or take {OptionNames.Device} cpu",
                        OptionNames.Device
                    )
            );
        return name == "cuda" ? CUDA : CPU;
    }
}
