using Isthmus.Studio.Components;
using Microsoft.AspNetCore.Components;

namespace Isthmus.Studio.Tests;

public sealed class AddressesTests
{
    [Fact]
    public void Values_that_are_kept_before_the_browser_answers_are_all_kept()
    {
        var browser = new Browser("http://studio/topics?run=a");
        browser.Keep(("query", "storm"));
        browser.Keep(("document", 3));
        browser.Answer();
        browser.Keep(("lambda", 1));
        browser.Answer();
        browser.Answer();
        Assert.Equal("http://studio/topics?run=a&query=storm&document=3&lambda=1", browser.Uri);
        browser.Keep(("document", null));
        browser.Answer();
        Assert.Equal("http://studio/topics?run=a&query=storm&lambda=1", browser.Uri);
    }

    [Fact]
    public void A_page_that_the_user_goes_to_is_where_values_are_kept_next()
    {
        var browser = new Browser("http://studio/topics?run=a");
        browser.Keep(("query", "storm"));
        browser.Go("http://studio/space?run=b");
        browser.Keep(("colour", "kind"));
        browser.Answer();
        browser.Answer();
        Assert.Equal("http://studio/space?run=b&colour=kind", browser.Uri);
    }

    [Fact]
    public void The_present_value_is_not_sent_again()
    {
        var browser = new Browser("http://studio/topics?run=a");
        browser.Keep(("run", "a"));
        browser.Keep(("topic", 2));
        browser.Keep(("topic", 2));
        Assert.Equal(1, browser.Sent);
    }

    /// <summary>A browser that goes where it is sent when it is asked to, not before: what a circuit over a slow line sees.</summary>
    private sealed class Browser : NavigationManager
    {
        private readonly Queue<string> _sent = new();

        public Browser(string address) => Initialize("http://studio/", address);

        public int Sent => _sent.Count;

        public void Answer() => Go(_sent.Dequeue());

        public void Go(string address)
        {
            Uri = address;
            NotifyLocationChanged(isInterceptedLink: false);
        }

        protected override void NavigateToCore(string uri, NavigationOptions options) => _sent.Enqueue(uri);
    }
}
