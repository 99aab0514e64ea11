// The world's countries as ECharts draws them. Loaded only where the map is shown, from our own files.
import { MapChart } from 'echarts/charts';
import { TooltipComponent } from 'echarts/components';
import { init, registerMap, use } from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';
import { feature } from 'topojson-client';
import type { GeometryCollection, Topology } from 'topojson-specification';
import atlas from 'world-atlas/countries-110m.json';
import { regionCode, unwrapped } from './regions.ts';

const topology = atlas as unknown as Topology<{ countries: GeometryCollection<{ name: string }> }>;
const countries = feature(topology, topology.objects.countries);
for (const country of countries.features) {
  country.properties.name = regionCode(country.id) ?? country.properties.name;
  const shape = country.geometry;
  if (shape.type === 'Polygon') shape.coordinates = shape.coordinates.map(unwrapped);
  if (shape.type === 'MultiPolygon')
    shape.coordinates = shape.coordinates.map((polygon) => polygon.map(unwrapped));
}
// Nobody lives in Antarctica all year, and it would take a fifth of the height.
countries.features = countries.features.filter((country) => country.properties.name !== 'AQ');

use([MapChart, TooltipComponent, CanvasRenderer]);
registerMap('world', countries as Parameters<typeof registerMap>[1]);

export { init };
