namespace Isthmus.Training;

/// <summary>Part of the model that an epoch trains.</summary>
internal enum TrainedPart
{
    /// <summary>All weights.</summary>
    Both,

    /// <summary>The encoder and the bottleneck.</summary>
    Encoder,

    /// <summary>The decoder and the likelihood.</summary>
    Decoder,
}

/// <summary>
/// Alternating training of encoder and decoder (Shenbin et al. 2020): some epochs of the encoder, one of the decoder, and again; or both together.
/// </summary>
/// <param name="EncoderEpochs">Epochs of the encoder before each of the decoder; 0 for both together.</param>
internal sealed record AlternatingSchedule(int EncoderEpochs)
{
    /// <summary>Returns the part that an epoch trains, 0 for the first.</summary>
    public TrainedPart PartOf(int epoch) =>
        EncoderEpochs == 0 ? TrainedPart.Both
        : epoch % (EncoderEpochs + 1) == EncoderEpochs ? TrainedPart.Decoder
        : TrainedPart.Encoder;
}
