using Isthmus.Data.Records;
using Isthmus.Models;
using Isthmus.Quantisation;

namespace Isthmus.Numeric;

/// <summary>Models of pictures have an integer form, and can be told what a picture is of.</summary>
internal sealed class ImageLearning : RecordLearning
{
    /// <inheritdoc/>
    public override bool TakesLabels => true;

    /// <inheritdoc/>
    public override Func<TrainedModel, Calibration?> Calibration(Dataset train)
    {
        var few = IntegerForm.First(train, IntegerForm.CalibrationRecords);
        return trained => IntegerForm.Measured(trained, few);
    }
}
