// The parts of ECharts we draw with. Loaded only where a chart is shown.
import { LineChart } from 'echarts/charts';
import { BrushComponent, GridComponent, MarkLineComponent, TooltipComponent } from 'echarts/components';
import { init, use } from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';

use([LineChart, BrushComponent, GridComponent, MarkLineComponent, TooltipComponent, CanvasRenderer]);

export { init };
