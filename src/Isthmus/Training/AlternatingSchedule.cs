namespace Isthmus.Training;

/// <summary>What an epoch trains.</summary>
internal enum TrainedPart
{
    /// <summary>Every weight.</summary>
    Both,

    /// <summary>The encoder and the bottleneck.</summary>
    Encoder,

    /// <summary>The decoder and the likelihood.</summary>
    Decoder,
}

/// <summary>Encoder and decoder trained in turns (Shenbin et al. 2020): some epochs of the encoder, one of the decoder, and again; or both always.</summary>
/// <param name="EncoderEpochs">Epochs of the encoder before each of the decoder; 0 for both together.</param>
internal sealed record AlternatingSchedule(int EncoderEpochs)
{
    /// <summary>What an epoch trains, 0 for the first.</summary>
    public TrainedPart PartOf(int epoch) =>
        EncoderEpochs == 0 ? TrainedPart.Both
        : epoch % (EncoderEpochs + 1) == EncoderEpochs ? TrainedPart.Decoder
        : TrainedPart.Encoder;
}
