using System.Text.RegularExpressions;
using Isthmus.Tests;
using YamlDotNet.RepresentationModel;

namespace Isthmus.Server.Tests;

/// <summary>The objects of Kubernetes on its page: each is what its kind demands, and they fit one another.</summary>
public sealed partial class KubernetesDocsTests
{
    private static readonly string Page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "guide", "kubernetes.md"));

    private static readonly YamlMappingNode[] Objects =
    [
        .. Block()
            .Matches(Page)
            .SelectMany(block =>
            {
                var yaml = new YamlStream();
                yaml.Load(new StringReader(block.Groups[1].Value));
                return yaml.Documents.Select(document => (YamlMappingNode)document.RootNode);
            }),
    ];

    private static YamlNode? At(YamlNode? node, params object[] path)
    {
        foreach (var step in path)
            node =
                node is YamlMappingNode map && step is string name
                    ? map.Children.TryGetValue(name, out var value)
                        ? value
                        : null
                    : node is YamlSequenceNode list && step is int place && place < list.Children.Count
                        ? list[place]
                        : null;
        return node;
    }

    private static YamlMappingNode Kind(string kind) => Objects.Single(item => At(item, "kind")?.ToString() == kind);

    private static IEnumerable<YamlNode> List(YamlNode? node) => node is YamlSequenceNode list ? list : [];

    private static string[] Arguments(YamlNode? container) => [.. List(At(container, "args")).Select(word => word.ToString())];

    [Fact]
    public void Every_object_has_a_version_a_kind_and_a_name()
    {
        Assert.Equal(
            ["apps/v1 Deployment isthmus", "v1 Service isthmus", "policy/v1 PodDisruptionBudget isthmus", "serving.kserve.io/v1beta1 InferenceService fraud"],
            Objects.Select(item => $"{At(item, "apiVersion")} {At(item, "kind")} {At(item, "metadata", "name")}")
        );
        // Names are labels of DNS.
        Assert.All(Objects, item => Assert.Matches("^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$", At(item, "metadata", "name")!.ToString()));
    }

    [Fact]
    public void Selectors_ports_volumes_and_probes_fit_the_pod()
    {
        var deployment = Kind("Deployment");
        var (pod, labels) = (At(deployment, "spec", "template", "spec"), At(deployment, "spec", "template", "metadata", "labels"));
        var container = At(pod, "containers", 0);
        foreach (
            var selector in (YamlNode?[])
                [
                    At(deployment, "spec", "selector", "matchLabels"),
                    At(Kind("Service"), "spec", "selector"),
                    At(Kind("PodDisruptionBudget"), "spec", "selector", "matchLabels"),
                ]
        )
            Assert.All(Assert.IsType<YamlMappingNode>(selector), label => Assert.Equal(label.Value.ToString(), At(labels, label.Key.ToString())?.ToString()));
        var ports = List(At(container, "ports")).ToDictionary(port => At(port, "name")!.ToString(), port => At(port, "containerPort")!.ToString());
        Assert.All(List(At(Kind("Service"), "spec", "ports")), port => Assert.Contains(At(port, "targetPort")!.ToString(), ports.Keys));
        foreach (var probe in (string[])["startupProbe", "readinessProbe", "livenessProbe"])
        {
            Assert.Contains(At(container, probe, "httpGet", "port")!.ToString(), ports.Keys);
            Assert.StartsWith("/v2/health/", At(container, probe, "httpGet", "path")!.ToString());
        }
        Assert.Equal(
            List(At(pod, "volumes")).Select(volume => At(volume, "name")!.ToString()).Order(),
            List(At(container, "volumeMounts")).Select(mount => At(mount, "name")!.ToString()).Order()
        );
        // What the arguments name is there: models and keys on volumes, and addresses on the ports.
        var arguments = Arguments(container);
        var mounts = List(At(container, "volumeMounts")).Select(mount => At(mount, "mountPath")!.ToString()).ToArray();
        Assert.Contains(arguments, word => word.StartsWith("fraud=/models/", StringComparison.Ordinal));
        Assert.Contains(arguments[Array.IndexOf(arguments, "--api-key-file") + 1], mounts.Select(mount => $"{mount}/keys"));
        Assert.EndsWith($":{ports["http"]}", arguments[Array.IndexOf(arguments, "--url") + 1]);
        Assert.EndsWith($":{ports["grpc"]}", arguments[Array.IndexOf(arguments, "--grpc-url") + 1]);
        Assert.Equal(ports["http"], At(deployment, "spec", "template", "metadata", "annotations", "prometheus.io/port")!.ToString());
        // The pod lives longer than it drains and answers.
        var drain = int.Parse(arguments[Array.IndexOf(arguments, "--drain") + 1]);
        Assert.True(int.Parse(At(pod, "terminationGracePeriodSeconds")!.ToString()) > drain + new Settings.ServerOptions().Timeout.TotalSeconds);
    }

    [Fact]
    public void The_pod_has_no_rights_and_its_root_is_read_only()
    {
        var pod = At(Kind("Deployment"), "spec", "template", "spec");
        var container = At(pod, "containers", 0);
        Assert.Equal("true", At(pod, "securityContext", "runAsNonRoot")!.ToString());
        Assert.Equal("false", At(pod, "automountServiceAccountToken")!.ToString());
        Assert.Equal("true", At(container, "securityContext", "readOnlyRootFilesystem")!.ToString());
        Assert.Equal("false", At(container, "securityContext", "allowPrivilegeEscalation")!.ToString());
        Assert.NotNull(At(container, "resources", "limits", "memory"));
    }

    [Fact]
    public void The_inference_service_serves_the_model_that_its_probe_asks_for()
    {
        var container = At(Kind("InferenceService"), "spec", "predictor", "containers", 0);
        var (arguments, port) = (Arguments(container), At(container, "ports", 0, "containerPort")!.ToString());
        // KServe looks for a container of this name, and mounts what STORAGE_URI names under /mnt/models.
        Assert.Equal("kserve-container", At(container, "name")!.ToString());
        Assert.Equal("STORAGE_URI", At(container, "env", 0, "name")!.ToString());
        Assert.Contains("fraud=/mnt/models/model.isthmus", arguments);
        Assert.Equal("/v2/models/fraud/ready", At(container, "readinessProbe", "httpGet", "path")!.ToString());
        Assert.Equal(port, At(container, "readinessProbe", "httpGet", "port")!.ToString());
        Assert.EndsWith($":{port}", arguments[Array.IndexOf(arguments, "--url") + 1]);
    }

    [Fact]
    public void A_wrong_indentation_is_seen() =>
        Assert.ThrowsAny<YamlDotNet.Core.YamlException>(() => new YamlStream().Load(new StringReader("a:\n  - b\n c: d")));

    [GeneratedRegex("```yaml\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();
}
