using Isthmus.Compute;
using Isthmus.Data.Images;
using Isthmus.Models.Networks;
using static TorchSharp.torch;

namespace Isthmus.Photographs;

/// <summary>
/// Transform from codes to pixels as bytes: channels of a picture (a byte; plus 16, and plus 32 if cosines are fixed and not among the weights), of the code
/// and at 1/4, 1/8 and 1/16 of the size (16 bits each), residual blocks at each (a byte each), number of qualities (a byte), gains behind the rounding by
/// quality and channel (natural logarithms, 32-bit floats), and the weights in the network's order (16-bit floats).
/// </summary>
internal static class CodecSynthesis
{
    private const int MostChannels = 1 << 11,
        MostBlocks = 32,
        Cosines = 16,
        FixedCosines = 32;

    /// <summary>Returns the bytes.</summary>
    public static byte[] Bytes(PictureSynthesis synthesis, Tensor inverseGains)
    {
        using var scope = NewDisposeScope();
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write((byte)(synthesis.Colours | Cosines | (synthesis.Cosines.IsLearned ? 0 : FixedCosines)));
        foreach (var channels in synthesis.Channels.Prepend(synthesis.Latents))
            writer.Write((ushort)channels);
        foreach (var blocks in synthesis.Blocks)
            writer.Write((byte)blocks);
        writer.Write((byte)inverseGains.shape[0]);
        foreach (var gain in inverseGains.detach().cpu().contiguous().data<float>())
            writer.Write(gain);
        foreach (var (_, parameter) in synthesis.named_parameters())
            foreach (var weight in parameter.detach().cpu().contiguous().data<float>())
                writer.Write((Half)weight);
        return stream.ToArray();
    }

    /// <summary>Makes the transform of its bytes, and the gains, qualities x channels.</summary>
    /// <exception cref="InvalidInputException">They are damaged.</exception>
    public static (PictureSynthesis Synthesis, float[][] InverseGains) Of(byte[] bytes, int latents)
    {
        TensorLibrary.EnsureLoaded();
        try
        {
            using var reader = new BinaryReader(new MemoryStream(bytes, writable: false));
            int first = reader.ReadByte(),
                own = reader.ReadUInt16();
            int[] channels = [reader.ReadUInt16(), reader.ReadUInt16(), reader.ReadUInt16()],
                blocks = [reader.ReadByte(), reader.ReadByte(), reader.ReadByte()];
            int levels = reader.ReadByte();
            var (colours, isLearned) = (first & ~(Cosines | FixedCosines), (first & FixedCosines) == 0);
            if (
                colours is not (1 or 3)
                || (first & Cosines) == 0
                || own != latents
                || channels.Append(own).Any(width => width is < 1 or > MostChannels)
                || blocks.Any(count => count > MostBlocks)
                || levels == 0
                || Weights(colours, own, channels, blocks, isLearned) * 2 + 4L * levels * own != bytes.Length - reader.BaseStream.Position
            )
                throw Damaged();
            var gains = new float[levels][];
            for (var level = 0; level < levels; level++)
            {
                gains[level] = new float[own];
                for (var channel = 0; channel < own; channel++)
                    gains[level][channel] = reader.ReadSingle();
            }
            using var draws = RandomDraws.Seeded(0);
            using var noGradient = no_grad();
            var synthesis = new PictureSynthesis(new ImageSchema(CodecNetwork.Stride, CodecNetwork.Stride, colours, 256), own, channels, blocks, isLearned);
            foreach (var (_, parameter) in synthesis.named_parameters())
            {
                using var scope = NewDisposeScope();
                var numbers = new float[parameter.numel()];
                for (var i = 0; i < numbers.Length; i++)
                    numbers[i] = (float)reader.ReadHalf();
                parameter.copy_(tensor(numbers).view(parameter.shape));
            }
            synthesis.eval();
            return (synthesis, gains);
        }
        catch (EndOfStreamException e)
        {
            throw Damaged(e);
        }
    }

    private static long Weights(int colours, int latents, int[] channels, int[] blocks, bool learnsCosines)
    {
        static long Layer(long inputs, long outputs, int taps) => inputs * outputs * taps + outputs;
        var pixels = PictureAnalysis.Block * PictureAnalysis.Block * colours;
        return Layer(latents, channels[2], 9)
            + Layer(channels[2], channels[1], 4)
            + Layer(channels[1], channels[0], 4)
            + Layer(channels[0], pixels, 9)
            + Layer(pixels, channels[0], 9)
            + (learnsCosines ? (long)latents * BlockCosines.Side * BlockCosines.Side * colours : 0)
            + channels.Zip(blocks, (width, count) => 2 * count * Layer(width, width, 9)).Sum();
    }

    private static InvalidInputException Damaged(Exception? cause = null) =>
        new("The codec's transform", "is damaged", "use a copy that is whole", cause: cause);
}
