namespace Isthmus.Training;

/// <summary>Part of the model that a step trains.</summary>
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
/// Training of encoder and decoder in turns: some epochs of the encoder, one of the decoder, and again (Shenbin et al. 2020); or some steps of the encoder, one
/// of the decoder, and again, until the rate of the validation records no longer grows, and then both together (He et al. 2019: the rate stands for the
/// information, which it bounds). Without turns both train together.
/// </summary>
/// <param name="EncoderEpochs">Epochs of the encoder before each of the decoder; 0 for both together.</param>
/// <param name="EncoderSteps">Steps of the encoder before each of the decoder; 0 for both together.</param>
internal sealed record AlternatingSchedule(int EncoderEpochs, int EncoderSteps = 0)
{
    /// <summary>True if there are turns.</summary>
    public bool HasTurns => EncoderEpochs > 0 || EncoderSteps > 0;

    /// <summary>Returns the part that a step trains, 0 for the first.</summary>
    /// <param name="step">The step.</param>
    /// <param name="stepsPerEpoch">Steps in an epoch.</param>
    /// <param name="rates">Rates of the validation records after the epochs so far, nats.</param>
    public TrainedPart PartOf(long step, int stepsPerEpoch, IReadOnlyList<double> rates) =>
        EncoderEpochs > 0 ? Turn(step / stepsPerEpoch, EncoderEpochs)
        : EncoderSteps > 0 && IsGrowing(rates) ? Turn(step, EncoderSteps)
        : TrainedPart.Both;

    private static TrainedPart Turn(long at, int ofEncoder) => at % (ofEncoder + 1) == ofEncoder ? TrainedPart.Decoder : TrainedPart.Encoder;

    private static bool IsGrowing(IReadOnlyList<double> rates)
    {
        for (var epoch = 1; epoch < rates.Count; epoch++)
            if (rates[epoch] <= rates[epoch - 1])
                return false;
        return true;
    }
}
