namespace Isthmus.Studio.Models;

/// <summary>Pictures of a model as single units of the code move: a row a unit, those that carry most first.</summary>
internal static class Traversals
{
    private const int Units = 5,
        Steps = 8,
        Records = 500;
    private const float Reach = 2.5f;

    /// <summary>Returns the picture's address and its units; null where records are no pictures.</summary>
    /// <param name="model">The model.</param>
    /// <param name="cancellationToken">Gives up while it waits.</param>
    /// <exception cref="InvalidInputException">The model makes no records, or its data are not at hand.</exception>
    public static async Task<(string Address, IReadOnlyList<int> Units)?> OfAsync(OpenModel model, CancellationToken cancellationToken)
    {
        model.Trained.DemandRecords();
        if (model.Schema.Kind.Form != Data.Records.RecordForm.Pictures)
            return null;
        var records = await model.CodesAsync(Codes.DataPart.Test, Records, null, cancellationToken);
        int[] units = [.. records.UnitOrder.Take(Units)];
        float[][] codes =
        [
            .. units.SelectMany(unit =>
                Enumerable
                    .Range(0, Steps)
                    .Select(step =>
                    {
                        float[] code = [.. records.Means];
                        code[unit] += records.Deviations[unit] * Reach * (2f * step / (Steps - 1) - 1);
                        return code;
                    })
            ),
        ];
        var decoded = await model.DecodeAsync(codes, null, cancellationToken);
        return (RecordPictures.Grid(decoded.Schema, decoded.Pictures(), Steps), units);
    }
}
