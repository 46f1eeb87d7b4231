using Isthmus.Data.Images;
using Isthmus.Data.Records;
using Isthmus.Data.Vectors;
using Microsoft.ML.OnnxRuntime;

namespace Isthmus.Onnx.Activations;

/// <summary>
/// The one input of a network, and records in the form that it takes: vectors as they are; pictures resized to its height and width, grey ones repeated in
/// three channels, on the scale of the options, channels before or after rows and columns.
/// </summary>
internal sealed class NetworkInput
{
    private static readonly double[] ImageNetMeans = [0.485, 0.456, 0.406],
        ImageNetDeviations = [0.229, 0.224, 0.225];

    private readonly string _network;
    private readonly int[] _dimensions;
    private readonly Dataset _data;
    private readonly OnnxActivationOptions _options;
    private readonly Picture? _picture;

    /// <summary>Checks that a network takes these records.</summary>
    /// <exception cref="InvalidInputException">It has several inputs, one that is not of 32-bit floats, or one of another shape.</exception>
    public NetworkInput(InferenceSession session, string network, Dataset data, OnnxActivationOptions options)
    {
        (_network, _data, _options) = (network, data, options);
        if (session.InputMetadata.Count != 1)
            throw new InvalidInputException(
                network,
                $"has {session.InputMetadata.Count} inputs ({string.Join(", ", session.InputMetadata.Keys.Take(5))})",
                "give a network with one"
            );
        var (name, input) = session.InputMetadata.Single();
        Name = name;
        if (!input.IsTensor || input.ElementDataType != Microsoft.ML.OnnxRuntime.Tensors.TensorElementType.Float)
            throw new InvalidInputException($"{network}: its input {name}", "is not of 32-bit floats", "give a network whose input is");
        _dimensions = input.Dimensions;
        if (_dimensions.Length < 2)
            throw Refused("has no axis of records", "give a network whose first axis is the records");
        if (data.HasPixels)
            _picture = new(
                this,
                data.Schema.Demand<ImageSchema>($"{data.Name} holds {data.Schema}, and a network takes pictures or vectors", "give pictures or vectors")
            );
        else
        {
            var width = data
                .Schema.Demand<VectorSchema>($"{data.Name} holds {data.Schema}, and a network takes pictures or vectors", "give pictures or vectors")
                .Dimension;
            Shape = [.. _dimensions[1..].Select(side => (long)side)];
            // A length that is left open is the records'.
            var known = Shape.Where(side => side > 0).Aggregate(1L, (product, side) => product * side);
            if (Shape.Count(side => side <= 0) == 1 && width % known == 0)
                Shape = [.. Shape.Select(side => side > 0 ? side : width / known)];
            if (Shape.Aggregate(1L, (product, side) => product * Math.Max(side, 0)) != width)
                throw Refused($"takes {Words(_dimensions[1..])} numbers a record, and {data.Name} has {width}", "give the records that the network is for");
        }
    }

    /// <summary>Name of the input.</summary>
    public string Name { get; }

    /// <summary>Axes of one record at the input.</summary>
    public long[] Shape { get; private set; } = [];

    /// <summary>True if the network states its number of records.</summary>
    public bool IsFixed => _dimensions[0] > 0;

    /// <summary>Records in a run: the network's own number, or that of the options.</summary>
    public int BatchSize => IsFixed ? _dimensions[0] : _options.BatchSize;

    /// <summary>Returns records from <paramref name="first"/> on, one after another; in place of those that there are not stand zeros.</summary>
    public float[] Batch(int first, int count, int size)
    {
        var width = Shape.Aggregate(1L, (product, side) => product * side);
        var numbers = new float[size * width];
        int[] records = [.. Enumerable.Range(first, count)];
        if (_picture is null)
        {
            _data.CopyValues(records, numbers);
            return numbers;
        }
        foreach (var record in records)
            _picture.Write(record, numbers.AsSpan((int)((record - first) * width), (int)width));
        return numbers;
    }

    private InvalidInputException Refused(Wording problem, Wording remedy) => new($"{_network}: its input {Name}", problem, remedy);

    private static string Words(IEnumerable<int> sides) => string.Join(" x ", sides.Select(side => side > 0 ? $"{side}" : "any"));

    private sealed class Picture
    {
        private readonly Dataset _data;
        private readonly ImageSchema _schema;
        private readonly ImageSize _size;
        private readonly int _channels;
        private readonly bool _isChannelFirst,
            _isBlueFirst;
        private readonly double[] _factors,
            _shifts;

        public Picture(NetworkInput input, ImageSchema schema)
        {
            (_data, _schema, _isBlueFirst) = (input._data, schema, input._options.BlueFirst);
            var sides = input._dimensions[1..];
            if (sides.Length != 3)
                throw input.Refused($"has {sides.Length} axes a record, and a picture has channels, rows and columns", "give a network of pictures");
            // Where both ends could be channels, the one that the pictures have.
            var isLast = sides[2] == schema.Channels && sides[0] != schema.Channels && schema.Channels == 3;
            _isChannelFirst = sides[0] is 1 or 3 ? !isLast : sides[2] is not (1 or 3);
            var (channels, height, width) = _isChannelFirst ? (sides[0], sides[1], sides[2]) : (sides[2], sides[0], sides[1]);
            _channels = channels > 0 ? channels : schema.Channels;
            _size = new(height > 0 ? height : schema.Height, width > 0 ? width : schema.Width);
            if (_channels != schema.Channels && schema.Channels != 1)
                throw input.Refused(
                    $"takes {Counted.Of(_channels, "channel")}, and {_data.Name} has {schema.Channels}",
                    _channels == 1 ? (Wording)$"give {OptionNames.Grey}" : "give the pictures that the network is for"
                );
            input.Shape = _isChannelFirst ? [_channels, _size.Height, _size.Width] : [_size.Height, _size.Width, _channels];
            var options = input._options;
            var scaled = options.Pixels switch
            {
                PixelScale.Byte => (Factor: 255.0, Shift: 0.0),
                PixelScale.Signed => (2, -1),
                _ => (1, 0),
            };
            (_factors, _shifts) = (new double[_channels], new double[_channels]);
            if (options.Pixels == PixelScale.ImageNet && (options.PixelMeans ?? options.PixelDeviations) is not null)
                throw new InvalidInputException("The pixel scale ImageNet", "has means and deviations of its own", "leave either out");
            if (options.Pixels == PixelScale.ImageNet && _channels != 3)
                throw input.Refused($"takes {Counted.Of(_channels, "channel")}, and ImageNet's means are of 3", "give other means and deviations");
            var imageNet = options.Pixels == PixelScale.ImageNet;
            var means = PerChannel(imageNet ? ImageNetMeans : options.PixelMeans ?? [0], "means");
            var deviations = PerChannel(imageNet ? ImageNetDeviations : options.PixelDeviations ?? [1], "deviations");
            if (deviations.Contains(0))
                throw new InvalidInputException("A pixel deviation of 0", "divides by 0", "give another, or leave it out");
            for (var channel = 0; channel < _channels; channel++)
                (_factors[channel], _shifts[channel]) = (scaled.Factor / deviations[channel], (scaled.Shift - means[channel]) / deviations[channel]);
        }

        private double[] PerChannel(IReadOnlyList<double> values, string what) =>
            values.Count == _channels ? [.. values]
            : values.Count == 1 ? [.. Enumerable.Repeat(values[0], _channels)]
            : throw new InvalidInputException(
                $"{Counted.Of(values.Count, "number")} as pixel {what}",
                $"do not fit {Counted.Of(_channels, "channel")}",
                "give one, or one a channel"
            );

        /// <summary>Writes a picture; means are in the order of red, green, blue, whatever the network's.</summary>
        public void Write(int record, Span<float> numbers)
        {
            var pixels = new byte[_schema.Dimension];
            _data.CopyPixels([record], pixels);
            var highest = _schema.Levels - 1.0;
            if (highest < 255)
            {
                // Between two levels lie values that they do not have.
                for (var i = 0; i < pixels.Length; i++)
                    pixels[i] = (byte)(pixels[i] * 255);
                highest = 255;
            }
            if (_size != new ImageSize(_schema.Height, _schema.Width))
            {
                var resized = new byte[_size.Height * _size.Width * _schema.Channels];
                ImageResampler.Resize(pixels, new(_schema.Height, _schema.Width), resized, _size, _schema.Channels);
                pixels = resized;
            }
            var area = _size.Height * _size.Width;
            for (var channel = 0; channel < _channels; channel++)
            {
                var plane = pixels.AsSpan((_schema.Channels == 1 ? 0 : channel) * area, area);
                var place = _isBlueFirst ? _channels - 1 - channel : channel;
                for (var i = 0; i < area; i++)
                    numbers[_isChannelFirst ? place * area + i : i * _channels + place] = (float)(plane[i] / highest * _factors[channel] + _shifts[channel]);
            }
        }
    }
}
