package telemetry

import (
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Metrics is a process's Prometheus registry with the measurements every binary makes. Its methods are safe for
// concurrent use; labels are of bounded number: route patterns and names, never paths or people.
type Metrics struct {
	registry  *prometheus.Registry
	requests  *prometheus.HistogramVec
	functions *prometheus.HistogramVec
	jobs      *prometheus.HistogramVec
	inFlight  prometheus.Gauge
	pages     *prometheus.CounterVec
}

// NewMetrics makes a registry with the Go runtime, the process and the build in it.
func NewMetrics(app, version string) *Metrics {
	buckets := []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10}
	histogram := func(name, help string, labels ...string) *prometheus.HistogramVec {
		return prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: name, Help: help, Buckets: buckets}, labels)
	}
	m := &Metrics{
		registry:  prometheus.NewRegistry(),
		requests:  histogram("http_request_duration_seconds", "Time to answer, by route pattern.", "route", "method", "status"),
		functions: histogram("function_duration_seconds", "Time of a server function, by outcome (ok or fault code).", "function", "code"),
		jobs:      histogram("job_duration_seconds", "Time of a job's attempt, by outcome.", "kind", "outcome"),
		inFlight:  prometheus.NewGauge(prometheus.GaugeOpts{Name: "http_requests_in_flight", Help: "Requests being answered."}),
	}
	m.pages = prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "pages_total", Help: "Pages answered, by route pattern and what the page cache did (hit, stale, miss, stale_error), or a fault's code.",
	}, []string{"route", "outcome"})
	build := prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "build_info", Help: "1; the labels say what runs.", ConstLabels: prometheus.Labels{"app": app, "version": version},
	})
	build.Set(1)
	m.registry.MustRegister(m.requests, m.functions, m.jobs, m.inFlight, m.pages, build,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// Handler serves the metrics in Prometheus' format.
func (m *Metrics) Handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{})
}

// Request records one HTTP answer. route is a pattern; an unknown method counts as OTHER.
func (m *Metrics) Request(route, method string, status int, took time.Duration) {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions:
	default:
		method = "OTHER"
	}
	m.requests.WithLabelValues(route, method, strconv.Itoa(status)).Observe(took.Seconds())
}

// InFlight adds delta to the number of requests being answered.
func (m *Metrics) InFlight(delta int) { m.inFlight.Add(float64(delta)) }

// Function records one call of a server function; code is "ok" or the fault's code.
func (m *Metrics) Function(name, code string, took time.Duration) {
	m.functions.WithLabelValues(name, code).Observe(took.Seconds())
}

// Page records one page answered and what the page cache did for it.
func (m *Metrics) Page(route, outcome string) { m.pages.WithLabelValues(route, outcome).Inc() }

// Job records one attempt of a job; outcome is done, later, retry, cancelled, discarded or panic.
func (m *Metrics) Job(kind, outcome string, took time.Duration) {
	m.jobs.WithLabelValues(kind, outcome).Observe(took.Seconds())
}

// Gauge adds a measurement that is read when the metrics are.
func (m *Metrics) Gauge(name, help string, read func() float64) {
	m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, read))
}

// Count adds a running total that is read when the metrics are.
func (m *Metrics) Count(name, help string, read func() float64) {
	m.registry.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{Name: name, Help: help}, read))
}

// Sample is one value of a measurement with labels.
type Sample struct {
	Value  float64
	Labels []string
}

// Gauges adds a measurement with labels that is read when the metrics are. What cannot be read then is left out.
func (m *Metrics) Gauges(name, help string, labels []string, read func() []Sample) {
	m.registry.MustRegister(&gauges{prometheus.NewDesc(name, help, labels, nil), read})
}

type gauges struct {
	desc *prometheus.Desc
	read func() []Sample
}

// Describe names the measurement.
func (g *gauges) Describe(to chan<- *prometheus.Desc) { to <- g.desc }

// Collect reads it.
func (g *gauges) Collect(to chan<- prometheus.Metric) {
	for _, s := range g.read() {
		to <- prometheus.MustNewConstMetric(g.desc, prometheus.GaugeValue, s.Value, s.Labels...)
	}
}

// Counter adds a running total with labels; what it returns adds one.
func (m *Metrics) Counter(name, help string, labels ...string) func(labels ...string) {
	c := prometheus.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help}, labels)
	m.registry.MustRegister(c)
	return func(labels ...string) { c.WithLabelValues(labels...).Inc() }
}
