using Isthmus.Data.Records;

namespace Isthmus.Data.Interactions;

/// <summary>Splits of histories, and checks of their options.</summary>
internal static class InteractionData
{
    extension(DataOptions options)
    {
        /// <summary>Items that the model knows; null without a model, or with one of other records.</summary>
        internal InteractionSchema? ExpectedItems => options.Expected as InteractionSchema;
    }

    extension(DataSplits)
    {
        /// <summary>
        /// Splits histories by user as <see cref="DataSplits.Random(Dataset, int)"/> does. Items that no training user met cannot be learnt and are
        /// left out of all parts (Liang et al. 2018), unless the items are given.
        /// </summary>
        /// <param name="all">Histories.</param>
        /// <param name="seed">Random seed of the split.</param>
        /// <param name="items">Items of a model; null for those of the training users.</param>
        /// <exception cref="InvalidInputException">Fewer than three users, or a part of which nothing is left.</exception>
        public static DataSplits ByUser(Dataset all, int seed, InteractionSchema? items = null) => ByUser(all, seed, SplitShares.Usual, items);

        /// <summary>The same with other proportions of the parts.</summary>
        internal static DataSplits ByUser(Dataset all, int seed, SplitShares shares, InteractionSchema? items)
        {
            var parts = DataSplits.Random(all, seed, shares);
            var schema = (InteractionSchema)all.Schema;
            if (items is null)
            {
                var met = new bool[schema.Dimension];
                for (var user = 0; user < parts.Train.Count; user++)
                    foreach (var item in parts.Train.Sparse(user).Columns)
                        met[item] = true;
                var places = Enumerable.Range(0, met.Length).Where(item => met[item]).ToArray();
                items = schema with
                {
                    Items = [.. places.Select(item => schema.Items[item])],
                    Titles = schema.Titles is { } titles ? [.. places.Select(item => titles[item])] : null,
                };
            }
            return new(items.Adapt(parts.Train), items.Adapt(parts.Validation), items.Adapt(parts.Test));
        }
    }
}
