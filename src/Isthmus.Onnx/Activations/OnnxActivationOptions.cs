namespace Isthmus.Onnx.Activations;

/// <summary>Rows that a record's activations become where a node has positions beside its features: places of a picture, times, tokens.</summary>
public enum ActivationPositions
{
    /// <summary>One row for each position, a record's positions one after another in the order of the array.</summary>
    Each,

    /// <summary>One row for each record: the mean over positions.</summary>
    Mean,

    /// <summary>One row for each record: all numbers in the order of the array.</summary>
    Flatten,
}

/// <summary>Scale of a picture's pixels p, 0 to 255 in 8 bits, at the network's input.</summary>
public enum PixelScale
{
    /// <summary>p / 255, from 0 to 1.</summary>
    Unit,

    /// <summary>p itself, from 0 to 255.</summary>
    Byte,

    /// <summary>p / 127.5 - 1, from -1 to 1.</summary>
    Signed,

    /// <summary>(p / 255 - mean) / deviation, means 0.485, 0.456, 0.406 and deviations 0.229, 0.224, 0.225 of red, green, blue.</summary>
    ImageNet,
}

/// <summary>Options for the activations of a network.</summary>
public sealed record OnnxActivationOptions
{
    /// <summary>Positions of a node whose array has more than two axes. Default: each is a row.</summary>
    public ActivationPositions Positions { get; init; } = ActivationPositions.Each;

    /// <summary>
    /// Axis of the features in a node's array, 1 for the first after the records, -1 for the last. Default null: the first of four axes or more (channels of
    /// a convolution), the last of three (numbers of a token).
    /// </summary>
    public int? FeatureAxis { get; init; }

    /// <summary>Scale of pixels at the input. Default: from 0 to 1.</summary>
    public PixelScale Pixels { get; init; } = PixelScale.Unit;

    /// <summary>Means subtracted from pixels on their scale, one for all channels or one a channel. Default: none.</summary>
    public IReadOnlyList<double>? PixelMeans { get; init; }

    /// <summary>Deviations that pixels are divided by after the means, one for all channels or one a channel; not 0. Default: none.</summary>
    public IReadOnlyList<double>? PixelDeviations { get; init; }

    /// <summary>True for networks that take blue, green, red. Default: red, green, blue.</summary>
    public bool BlueFirst { get; init; }

    /// <summary>Records in a run of the network, at least 1, where its input leaves the number open. Default 32.</summary>
    public int BatchSize
    {
        get;
        init => field = value >= 1 ? value : throw new InvalidInputException($"BatchSize = {value}", "is no number of records", "give 1 or more");
    } = 32;

    /// <summary>Threads of a run; 0 for as many as there are cores. Default 0.</summary>
    public int Threads { get; init; }
}
