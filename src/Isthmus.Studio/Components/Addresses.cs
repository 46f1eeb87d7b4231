using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.WebUtilities;

namespace Isthmus.Studio.Components;

/// <summary>State of a page in its address. Safe to use from the connection's thread.</summary>
public static class Addresses
{
    // A browser says only later that it has gone where it was sent: until then the address that values go into is the one last sent.
    private static readonly ConditionalWeakTable<NavigationManager, Underway> Sent = [];

    /// <summary>Returns a value of the query, or null if it is absent or empty.</summary>
    /// <param name="navigation">The address.</param>
    /// <param name="key">Name of the value.</param>
    public static string? Query(this NavigationManager navigation, string key) =>
        QueryHelpers.ParseQuery(new Uri(navigation.Uri).Query).TryGetValue(key, out var values) && values is [{ Length: > 0 } value, ..] ? value : null;

    /// <summary>Puts values into the query of the present address and removes those that are null, without a new page and without a step back.</summary>
    /// <param name="navigation">The address.</param>
    /// <param name="values">Values by name.</param>
    public static void Keep(this NavigationManager navigation, params (string Key, object? Value)[] values)
    {
        var underway = Sent.GetValue(navigation, navigation => new(navigation));
        var present = underway.Last ?? navigation.Uri;
        var address = navigation.GetUriWithQueryParameters(
            present,
            values.ToDictionary(
                pair => pair.Key,
                pair => Convert.ToString(pair.Value, System.Globalization.CultureInfo.InvariantCulture) is { Length: > 0 } text ? (object?)text : null
            )
        );
        if (address == present)
            return;
        underway.Add(address);
        navigation.NavigateTo(address, replace: true);
    }

    // Addresses that the browser was sent to and has not answered for yet, in their order.
    private sealed class Underway
    {
        private readonly List<string> _addresses = [];

        public Underway(NavigationManager navigation) => navigation.LocationChanged += (_, change) => Arrive(change.Location);

        public string? Last => _addresses.Count > 0 ? _addresses[^1] : null;

        public void Add(string address) => _addresses.Add(address);

        // An address that nothing here sent is the user's own: what was underway before it no longer counts.
        private void Arrive(string address)
        {
            var place = _addresses.IndexOf(address);
            _addresses.RemoveRange(0, place < 0 ? _addresses.Count : place + 1);
        }
    }
}
