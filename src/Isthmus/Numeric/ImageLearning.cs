using Isthmus.Data.Records;
using Isthmus.Models;
using Isthmus.Photographs;
using Isthmus.Quantisation;

namespace Isthmus.Numeric;

/// <summary>Training of models of pictures: they have an integer form, and can have labels as condition.</summary>
internal sealed class ImageLearning : RecordLearning
{
    /// <inheritdoc/>
    public override PresetScope Presets =>
        new("pictures", "give pictures, or ", "photographs", [.. DenoiserPresets.All, CodecPreset.ImageCodec, LosslessPreset.ImageLossless]);

    /// <inheritdoc/>
    public override bool TakesLabels => true;

    /// <inheritdoc/>
    public override Func<TrainedModel, Calibration?> Calibration(Dataset train)
    {
        var few = IntegerForm.First(train, IntegerForm.CalibrationRecords);
        return trained => CodecForm.IsOne(trained) ? CodecForm.Measure(trained, few)
            : PixelForm.IsOne(trained) ? PixelForm.Measure(trained, few)
            : IntegerForm.Measured(trained, few);
    }
}
